#!/bin/sh
# install.sh ROOT: Debian 12 with LAVA's server and worker in the folder ROOT, once. Needs root; takes about 1.8 GB.
# Nothing outside of ROOT is changed and nothing is started.
set -eu
root=$1
[ ! -e "$root/installed" ] || exit 0
mirror=${LKFT_DEBIAN_MIRROR:-http://ftp.debian.org/debian}
if [ ! -x "$root/usr/bin/apt-get" ]; then
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase bookworm "$root" "$mirror"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
# No daemon starts by itself in here, and what nobody reads is not unpacked.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
for folder in doc man locale; do echo "path-exclude=/usr/share/$folder/*"; done >"$root/etc/dpkg/dpkg.cfg.d/small"
packages='lava-server lava-dispatcher lava-coordinator postgresql-15 qemu-system-x86 python3 procps iproute2 cpio'
unshare --mount --pid --fork --kill-child --mount-proc="$root/proc" chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
  sh -c "dpkg --configure -a && apt-get -q update && apt-get -q install -y --no-install-recommends $packages && apt-get clean"
# A link into the documentation that was left out makes the web server's static files fail.
docs=$root/usr/share/lava-server/static/docs
[ -d "$docs/" ] || { rm -f "$docs"; mkdir -p "$docs"; }
touch "$root/installed"
