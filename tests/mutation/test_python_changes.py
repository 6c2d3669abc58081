"""The changes that are made to Python are the ones listed, each alone, and the code that is run has them."""

from __future__ import annotations

import ast
from typing import Any

from tests.support.python_changes import changes

SOURCE = '''
MOST = 3  # stands in no function


def f(days: list[int] = [1], late: bool = True) -> int | None:
    """Say 1 or True."""
    for day in days:
        if day < 4 and not late:
            return day
        match day:
            case 8:
                break
            case _:
                continue
    return sum(day for day in days if day)
'''
MADE = """\
8: if day < 4 and (not late):  =>  if True:
8: if day < 4 and (not late):  =>  if False:
8: day < 4 and (not late)  =>  day < 4 or not late
8: day < 4 and (not late)  =>  not late
8: day < 4 and (not late)  =>  day < 4
8: day < 4  =>  day <= 4
8: 4  =>  5
8: 4  =>  3
8: not late  =>  late
9: return day  =>  return None
10: case 8:  =>  nothing
11: 8  =>  9
11: 8  =>  7
12: break  =>  pass
12: break  =>  continue
10: case _:  =>  nothing
14: continue  =>  pass
14: continue  =>  break
15: return sum((day for day in days if day))  =>  return None
15: for day in days if day  =>  for day in days"""


def test_every_single_change_to_a_function_is_listed_and_none_to_its_types_defaults_and_words() -> None:
    assert "\n".join(map(str, changes(ast.parse(SOURCE)))) == MADE


def test_a_change_is_in_the_code_it_gives_and_the_next_one_does_not_have_it() -> None:
    tree = ast.parse(SOURCE)
    space: dict[str, Any] = {}
    exec(compile(tree, "x.py", "exec"), space)  # noqa: S102 -- the lines above
    answers = {}
    for change in changes(tree):
        space["f"].__code__ = change.made_in(tree, "x.py")["f", space["f"].__code__.co_firstlineno]
        answers[str(change)] = space["f"]([4, 0, 5], late=False)
    assert answers["8: day < 4  =>  day <= 4"] == 4
    assert answers["8: 4  =>  3"] == 0
    assert answers["8: if day < 4 and (not late):  =>  if False:"] == 9
    assert answers["8: not late  =>  late"] == 9
