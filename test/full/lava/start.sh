#!/bin/bash
# Runs inside the folder that install.sh made: database, server, scheduler and worker with one QEMU device.
# Prints "ready" when the worker is online; the processes end with their PID namespace.
set -euo pipefail
export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
token=$1
settings=/etc/lava-server/settings.d
logs=/var/log/lava-lkft
url=http://127.0.0.1:8000
mkdir -p $settings $logs /run/lava-lkft /var/lib/lava/dispatcher /var/log/lava-server /var/log/lava-dispatcher
chown lavaserver $logs /run/lava-lkft /var/log/lava-server
cd /

start() {
  local name=$1
  shift
  "$@" >"$logs/$name.out" 2>&1 </dev/null &
}

# What is here is thrown away: the database need not survive a crash.
[ -e /etc/postgresql/15/main/postgresql.conf ] || pg_createcluster --locale C.UTF-8 15 main >/dev/null
printf 'fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n' >/etc/postgresql/15/main/conf.d/lkft.conf
rm -f /var/lib/postgresql/15/main/postmaster.pid
pg_ctlcluster 15 main start

# Plain http on loopback, and events, without which the scheduler looks only every 20 s.
cat >$settings/50-lkft.yaml <<'YAML'
ALLOWED_HOSTS: ["*"]
CSRF_COOKIE_SECURE: false
SESSION_COOKIE_SECURE: false
HTTPS_XML_RPC: false
EVENT_NOTIFICATION: true
EVENT_TOPIC: "org.lkft.test"
EVENT_SOCKET: "tcp://127.0.0.1:5500"
INTERNAL_EVENT_SOCKET: "ipc:///tmp/lava.events"
WORKER_AUTO_REGISTER: false
YAML
[ -e $settings/00-database.yaml ] || cat >$settings/00-database.yaml <<'YAML'
DATABASES:
  default: {ENGINE: django.db.backends.postgresql, NAME: lavaserver, USER: lavaserver, PASSWORD: lavaserver, HOST: 127.0.0.1, PORT: 5432}
YAML
chown lavaserver $settings/*.yaml
python3 /usr/share/lava-server/postinst.py --config --fixup --db >$logs/postinst.out 2>&1
printf '%s\n' "{% extends 'qemu.jinja2' %}" '{% set no_kvm = True %}' '{% set memory = 256 %}' \
  >/etc/lava-server/dispatcher-config/devices/qemu01.jinja2
chown -R lavaserver /etc/lava-server/dispatcher-config/devices
cat >/tmp/seed.py <<PYTHON
from django.contrib.auth.models import User
from linaro_django_xmlrpc.models import AuthToken
from lava_scheduler_app.models import Device, DeviceType, Worker
user, _ = User.objects.get_or_create(username="lkft", defaults={"is_staff": True, "is_superuser": True})
AuthToken.objects.get_or_create(secret="$token", defaults={"user": user, "description": "test"})
worker, _ = Worker.objects.get_or_create(hostname="worker0")
worker.health = Worker.HEALTH_ACTIVE
worker.save()
kind, _ = DeviceType.objects.get_or_create(name="qemu")
device, _ = Device.objects.get_or_create(hostname="qemu01", defaults={"device_type": kind})
device.worker_host, device.health, device.state, device.current_job_id = worker, Device.HEALTH_GOOD, Device.STATE_IDLE, None
device.save()
open("/run/lava-lkft/worker-token", "w").write(worker.token)
PYTHON
lava-server manage shell -c "exec(open('/tmp/seed.py').read())"

gunicorn=$(command -v gunicorn3 || command -v gunicorn)
start gunicorn "$gunicorn" lava_server.wsgi -u lavaserver -g lavaserver --worker-class gthread --threads 4 --workers 1 \
  --bind 127.0.0.1:8000 --timeout 300 --log-file $logs/gunicorn.log
start publisher lava-server manage lava-publisher --host 127.0.0.1 --port 8001 --log-file $logs/publisher.log
start coordinator lava-coordinator --logfile $logs/coordinator.log
for _ in $(seq 600); do
  (exec 3<>/dev/tcp/127.0.0.1/8000) 2>/dev/null && break
  sleep 0.2
done
start scheduler lava-server manage lava-scheduler --event-url tcp://127.0.0.1:5500 --log-file $logs/scheduler.log
start worker lava-worker --name worker0 --url $url/ --ws-url ws://127.0.0.1:8001/ws/ --token "$(cat /run/lava-lkft/worker-token)" \
  --ping-interval 2 --job-log-interval 1 --worker-dir /var/lib/lava/dispatcher/worker --log-file $logs/worker.log
echo ready
wait
