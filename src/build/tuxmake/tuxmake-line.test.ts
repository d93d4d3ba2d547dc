import { expect, test } from 'vitest'
import { findArchitecture } from '#build/architectures'
import { type BuildOptions, completeBuildRequest } from '#build/build-request'
import type { BuildPlan } from '#build/plan-build'
import { parseToolchain } from '#build/toolchains'
import { translateTuxmake } from '#build/tuxmake/translate'
import { tuxmakeLine } from '#build/tuxmake/tuxmake-line'

function line(more: Partial<BuildOptions>, fragments: readonly ('make' | 'text')[] = []): string | undefined {
  const request = completeBuildRequest({ source: '.', outputDir: 'o', targetArch: 'arm64', jobs: 4, ...more })
  const plan = {
    request,
    architecture: findArchitecture(request.targetArch),
    toolchain: parseToolchain(request.toolchain),
    image: request.image,
    fragments: fragments.map((kind) => ({ kind })),
  }
  return tuxmakeLine(plan as unknown as BuildPlan)
}

test('a build has a tuxmake line, and that line asks lkft for the same build', () => {
  const text = line({
    toolchain: 'clang-20',
    llvm: true,
    kconfig: 'tinyconfig',
    kconfigAdd: ['CONFIG_A="b c"'],
    makeVariables: { KCFLAGS: '-Wextra' },
    environment: { A: 'b=c' },
    runtime: 'podman',
    image: 'ghcr.io/x/y@sha256:00',
    wrapper: 'ccache',
    failFast: true,
    targets: ['kernel', 'make:drivers/tty/'],
  })
  expect(text).toBe(
    `tuxmake --target-arch arm64 --toolchain clang-20 --kconfig tinyconfig --kconfig-add 'CONFIG_A="b c"' --environment A=b=c --runtime podman --image ghcr.io/x/y@sha256:00 --wrapper ccache --jobs 4 --fail-fast LLVM=1 KCFLAGS=-Wextra kernel --make-target drivers/tty/`,
  )
  expect(translateTuxmake(text ?? '', () => []).join(' ')).toBe(
    '--compression-type xz --target-arch arm64 --toolchain clang-20 --kconfig tinyconfig --kconfig-add CONFIG_A="b c" --environment A=b=c --runtime podman --image ghcr.io/x/y@sha256:00 --wrapper ccache --jobs 4 --fail-fast LLVM=1 KCFLAGS=-Wextra kernel make:drivers/tty/',
  )
})

test('where TuxMake cannot be asked for it there is none', () => {
  expect(line({ makeVariables: { KCFLAGS: '-Wa,-mfoo=bar' } })).toBeUndefined()
  expect(line({ kconfigAdd: ['CONFIG_X=y', 'make:kvm_guest.config'] }, ['text', 'make'])).toBeUndefined()
  expect(line({ kconfigAdd: ['make:kvm_guest.config', 'CONFIG_X=y'] }, ['make', 'text'])).toContain('kvm_guest')
  expect(line({ environment: { A: 'b\u202ec' } })).toBeUndefined()
})
