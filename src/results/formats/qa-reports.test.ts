import { expect, test } from 'vitest'
import { importQaReports, isQaReports } from '#results/formats/qa-reports'

const value = {
  projects: [
    {
      name: 'LKFT',
      projects: ['lkft/linux-next', 'lkft/linux-6.12'],
      environments: [{ slug: 'x15', architecture: 'arm' }, 'juno-r2'],
      known_issues: [
        { test_name: 'ltp/a', environments: ['arm', 'juno-r2'], projects: ['lkft/linux-6.12'], intermittent: true },
        { test_names: ['ltp/b', 'ltp/c*'], environments: ['qemu_arm64'], active: false, url: 'https://bug.example/1' },
      ],
    },
  ],
}

test('issues of one project, architectures being all their environments', () => {
  expect(isQaReports(value)).toBe(true)
  const all = importQaReports({ value, place: 'x: ' }).squad_known_issues ?? []
  expect(
    all.map(({ test_name: name, environments, active, intermittent }) => [name, environments, active, intermittent]),
  ).toEqual([
    ['ltp/a', ['x15', 'juno-r2'], true, true],
    ['ltp/b', ['qemu_arm64'], false, false],
    ['ltp/c*', ['qemu_arm64'], false, false],
  ])
  const next = importQaReports({ value, place: 'x: ' }, 'lkft/linux-next').squad_known_issues ?? []
  expect(next.map(({ test_name: name }) => name)).toEqual(['ltp/b', 'ltp/c*'])
})
