import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tuxrunOptions } from '#boot/tuxrun/options'
import { translateTuxrun } from '#boot/tuxrun/translate'
import { tuxrunLine } from '#boot/tuxrun/tuxrun-line'
import { LkftError } from '#errors/lkft-error'

const translate = (line: string): readonly string[] => translateTuxrun(line).slice(2)

/** Whether a line is translated, or refused as an error of the caller. */
function outcome(line: string): boolean {
  try {
    return translateTuxrun(line)[1] === 'tuxrun'
  } catch (error) {
    return error instanceof LkftError
  }
}

/** Options of TuxRun 1.10.0, from its `--help`. */
const known =
  '--version --debug --list-devices --list-tests --update-cache --kernel --rootfs --dtb --bios --bl1 --fip --uefi --ap-romfw --mcp-fw --mcp-romfw --scp-fw --scp-romfw --job-definition --test-definitions --ssh-identity-file --modules --overlay --partition --pflash --tuxbuild --tuxmake --ssh-host --ssh-port --ssh-user --ssh-prompt --fvp-ubl-license --secrets --tests --parameters --shell --device --device-dict --boot-args --prompt --timeouts --enable-kvm --enable-network --enable-trustzone --enable-cca --runtime --image --pull --qemu-image --qemu-binary --save-outputs --cache-dir --dispatcher-download-dir --log-file --log-file-html --log-file-text --log-file-yaml --metadata --results --results-hook --lava-definition --shared --help'

describe('a tuxrun command line', () => {
  it('has a row for each of its options', () => {
    expect(tuxrunOptions.map(({ name }) => name).toSorted()).toEqual(known.split(' ').toSorted())
  })

  it('becomes words of lkft boot, with TuxRun’s hardware', () => {
    expect(
      translateTuxrun(
        'tuxrun --device qemu-arm64 --kernel Image --tests kunit ltp-smoke --timeouts boot=5 deploy=3 kunit=9',
      ),
    ).toEqual(
      '--profile tuxrun --device qemu-arm64 --kernel Image --suite kunit --suite ltp-smoke --boot-timeout 300 --suite-timeout kunit=9'.split(
        ' ',
      ),
    )
  })

  it.each([
    [
      '--parameters A=1 machine.highmem=off',
      ['--parameter', 'A=1', '--machine', 'virt,gic-version=3,highmem=off', '--memory', '3G'],
    ],
    ["--boot-args 'a b'", ['--boot-args', 'a b']],
    ['--modules https://example.org/m.tar.xz /', ['--modules', 'https://example.org/m.tar.xz']],
    ['--overlay a.tar --overlay b.tar /opt', ['--overlay', 'a.tar', '--overlay', 'b.tar#/opt']],
    ['--modules m.tar.xz /usr', ['--modules', 'm.tar.xz#/usr']],
    ['--secrets A=tokens B=1234', ['--secret', 'A=tokens', '--secret', 'B=1234']],
    [
      '--results r.json --log-file - --log-file-html l.html',
      ['--copy', 'results.json=r.json', '--copy', 'console.html=l.html'],
    ],
    ['--enable-kvm --enable-network --runtime null', ['--accel', 'kvm', '--network']],
    ['--pflash f.fd --pflash g.fd', ['--pflash', 'f.fd', '--pflash', 'g.fd']],
    ['--partition 0', ['--partition', '1']],
    ['--shared /a /b --tuxbuild https://example.org/b', ['--shared', '/a:/b', '--tuxbuild', 'https://example.org/b']],
    ['--tuxmake dir --shared .', ['--tuxmake', 'dir', '--shared', '.']],
    ['--kernel=Image -- uname -a', ['--kernel', 'Image', '--command', 'uname -a']],
    ['--device d \'echo "a"\'', ['--device', 'd', '--command', 'echo "a"']],
    [
      '--device fvp-aemva --bl1 b --fip f --uefi u --enable-cca --scp-fw s',
      ['--device', 'fvp-aemva', '--bl1', 'b', '--fip', 'f', '--uefi', 'u', '--cca', '--scp-fw', 's'],
    ],
    ['--kern k', ['--kernel', 'k']],
    ['--shell', ['--shell', '--network']],
  ])('%s', (line, words) => {
    expect(translate(line)).toEqual(words)
  })

  it('refuses the beginning of two names', () => {
    expect(() => translate('--dev d')).toThrow('--dev')
  })

  it('names every word it cannot translate, and what to do instead', () => {
    const line =
      '--image i --modules m.tar.xz usr --secrets A=1 --parameters KSELFTEST=k.tar --bogus --device-dict d --kernel'
    const message =
      /--image i \(.*--modules m.tar.xz usr \(.*--secrets A=1 \(.*--parameters KSELFTEST.*--overlay.*--bogus.*--device-dict.*--kernel \(it needs/
    expect(() => translate(line)).toThrow(message)
  })

  it('of any words is translated or refused, never anything else', () => {
    const words = fc.constantFrom(...known.split(' '), 'a', 'A=1', '-', '--', '-x', '--=')
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (line) => {
        expect(outcome(line.join(' '))).toBe(true)
      }),
    )
  })
})

describe('the tuxrun line of a run', () => {
  const request = { suites: [], outputDir: 'run' }

  it('says the same, and comes back as the same words', () => {
    const line = tuxrunLine(
      { ...request, commands: ["echo 'a'"], parameters: { A: '1 2' } },
      'qemu-arm64',
      '/k/Image',
      ['boot', 'kunit'],
      '/k/m.tar.xz',
    )
    expect(translate(line ?? '')).toEqual([
      '--device',
      'qemu-arm64',
      '--kernel',
      '/k/Image',
      '--modules',
      '/k/m.tar.xz',
      '--suite',
      'kunit',
      '--parameter',
      'A=1 2',
      '--command',
      "echo 'a'",
    ])
  })

  it.each([
    [{ ...request, smp: 4 }, undefined],
    [{ ...request, commands: ['a', 'b'] }, undefined],
    [{ ...request, bootArgs: 'a="b"' }, undefined],
    [request, '/k/m.tar.zst'],
  ])('is absent where TuxRun would not take it', (asked, modules) => {
    expect(tuxrunLine(asked, 'd', 'k', [], modules)).toBeUndefined()
  })
})
