"""Code 128 (ISO/IEC 15417): data to symbol values in the fewest symbols, values to bars.

Code sets B and C only: the data are printable ASCII and FNC1.
"""

from functools import lru_cache

FNC1 = "\u00f1"
START_B, START_C, STOP = 104, 105, 106
TO_C, TO_B, FNC1_VALUE = 99, 100, 102  # TO_C is said in set B, TO_B in set C
QUIET = 10  # modules of white on either side
_DIGITS = frozenset("0123456789")

# Widths of bar, space, bar, space, bar, space of the values 0 to 105, six digits each; then the stop.
_PATTERNS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132"
    "122231113222123122123221223211221132221231213212223112312131311222321122321221312212"
    "322112322211212123212321232121111323131123131321112313132113132311211313231113231311"
    "112133112331132131113123113321133121313121211331231131213113213311213131311123311321"
    "331121312113312311332111314111221411431111111224111422121124121421141122141221112214"
    "112412122114122411142112142211241211221114413111241112134111111242121142121241114212"
    "124112124211411212421112421211212141214121412121111143111341131141114113114311411113"
    "411311113141114131311141411131211412211214211232"
)
_WIDTHS = [*(_PATTERNS[at : at + 6] for at in range(0, len(_PATTERNS), 6)), "2331112"]


@lru_cache(maxsize=1024)
def encode(data: str) -> tuple[int, ...]:
    """The symbol values of *data* (printable ASCII and FNC1) with start, without check and stop."""
    # best[set]: the shortest way to spell the rest of the data when the symbol before it was of set.
    best = {"B": (), "C": ()}
    after = best  # the same, one character further on
    for at in range(len(data) - 1, -1, -1):
        stay = {"B": (_value(data[at]), *best["B"]), "C": None}
        if data[at] == FNC1:
            stay["C"] = (FNC1_VALUE, *best["C"])
        elif _DIGITS.issuperset(pair := data[at : at + 2]) and len(pair) == 2:
            stay["C"] = (int(pair), *after["C"])
        best, after = _with_switches(stay), best
    return _shorter((START_C, *best["C"]), (START_B, *best["B"]))


def _with_switches(stay: dict[str, tuple[int, ...] | None]) -> dict[str, tuple[int, ...]]:
    from_b, from_c = stay["B"], stay["C"]
    return {
        "B": _shorter(from_b, from_c and (TO_C, *from_c)),
        "C": _shorter(from_c, from_b and (TO_B, *from_b)),
    }


def _shorter(one: tuple[int, ...] | None, other: tuple[int, ...] | None) -> tuple[int, ...]:
    if one is None or other is None:
        return one or other or ()
    return one if len(one) <= len(other) else other


def _value(char: str) -> int:
    return FNC1_VALUE if char == FNC1 else ord(char) - 32


def modules(values: tuple[int, ...]) -> int:
    """Width of bars and spaces, check and stop included, quiet zones not."""
    return 11 * (len(values) + 1) + 13


def bars(values: tuple[int, ...]) -> list[tuple[int, int]]:
    """(start, width) of each bar in modules, check and stop included."""
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    found, at = [], 0
    for value in (*values, check, STOP):
        for place, width in enumerate(map(int, _WIDTHS[value])):
            if place % 2 == 0:
                found.append((at, width))
            at += width
    return found


def spell(
    values: tuple[int, ...], in_b: dict[int, str], in_c: dict[int, str], start: dict[int, str]
) -> str:
    """*values* as the data of a printer command: the words of *start*, *in_b*, *in_c* for what is no
    character, characters in set B, pairs of digits in set C.
    """
    words, codes = [start[values[0]]], "B" if values[0] == START_B else "C"
    for value in values[1:]:
        if codes == "B":
            words.append(in_b.get(value) or chr(value + 32))
        else:
            words.append(in_c.get(value) or f"{value:02d}")
        codes = {("B", TO_C): "C", ("C", TO_B): "B"}.get((codes, value), codes)
    return "".join(words)
