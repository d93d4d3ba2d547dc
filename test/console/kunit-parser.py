"""Prints as JSON how the kernel's own parser counts each KTAP log: kunit-parser.py TREE LOG..."""
import contextlib, io, json, os, sys

sys.path.insert(0, os.path.join(sys.argv[1], 'tools/testing/kunit'))
sys.dont_write_bytecode = True
with contextlib.redirect_stdout(io.StringIO()):
    import kunit_parser


def leaves(test, path):
    here = path if test.name == 'main' else [*path, test.name]
    named = [child for child in test.subtests if child.name != '']
    if not named:
        yield '.'.join(here), test.status.name
    for child in named:
        yield from leaves(child, here)


found = {}
for file in sys.argv[2:]:
    with open(file, errors='replace') as lines, contextlib.redirect_stdout(io.StringIO()):
        test = kunit_parser.parse_run_tests(kunit_parser.extract_tap_lines(lines))
    counts = test.counts
    found[os.path.basename(file)] = {
        'counts': {'pass': counts.passed, 'fail': counts.failed, 'crash': counts.crashed, 'skip': counts.skipped},
        'errors': counts.errors > 0,
        'tests': sorted(name for name, status in leaves(test, []) if name and status in ('SUCCESS', 'FAILURE', 'SKIPPED', 'NO_TESTS')),
    }
json.dump(found, sys.__stdout__)
