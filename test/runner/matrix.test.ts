import { expect, test } from 'vitest'
import { cellName, expandMatrix } from './matrix.ts'

test.each([
  ['no matrix', undefined, [{}]],
  ['one list', { a: [1, 2] }, [{ a: 1 }, { a: 2 }]],
  [
    'a product, the last list changing fastest',
    { a: [1, 2], b: ['x', 'y'] },
    [
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
    ],
  ],
  [
    'exclude by some of the keys',
    { a: [1, 2], b: [3, 4], exclude: [{ a: 1 }] },
    [
      { a: 2, b: 3 },
      { a: 2, b: 4 },
    ],
  ],
  ['exclude with an unknown key', { a: [1], exclude: [{ z: 1 }] }, [{ a: 1 }]],
  [
    'exclude within a mapping',
    {
      o: [
        { n: 'l', v: 1 },
        { n: 'm', v: 1 },
      ],
      exclude: [{ o: { n: 'm' } }],
    },
    [{ o: { n: 'l', v: 1 } }],
  ],
  ['exclude as `==` compares', { v: [10, '9'], o: ['Linux'], exclude: [{ v: '10', o: 'linux' }, { v: 9 }] }, []],
  ['include that fits by `==`', { v: [10], include: [{ v: '10', x: 1 }] }, [{ v: '10', x: 1 }]],
  ['include alone', { include: [{ a: 1 }, { a: 1 }] }, [{ a: 1 }, { a: 1 }]],
  [
    'include that extends, overwrites what was added, never what is original, and adds',
    {
      fruit: ['apple', 'pear'],
      animal: ['cat', 'dog'],
      include: [
        { color: 'green' },
        { color: 'pink', animal: 'cat' },
        { fruit: 'apple', shape: 'circle' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    },
    [
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ],
  ],
])('%s', (_what, matrix, cells) => {
  expect(expandMatrix(matrix)).toEqual(cells)
})

test.each([
  [{ a: [] }, "Matrix vector 'a' does not contain any values"],
  [{ a: 'x' }, "A sequence was expected for the matrix vector 'a'"],
  [{ a: Array.from({ length: 257 }, (_unused, index) => index) }, '257 cells'],
  [[1], 'A mapping was expected'],
  [{ include: [] }, 'at least one vector'],
])('%j is refused', (matrix, message) => {
  expect(() => expandMatrix(matrix)).toThrow(message)
})

test('a cell is named by its scalars, at most a hundred characters', () => {
  expect(cellName('build', { arch: 'arm64', cc: { name: 'gcc', version: 14 }, empty: '', on: true, none: null })).toBe(
    'build (arm64, gcc, 14, true)',
  )
  expect(cellName('build', {})).toBe('build')
  const long = cellName('build', { a: 'x'.repeat(200) })
  expect([long.length, long.endsWith('x...')]).toEqual([100, true])
})
