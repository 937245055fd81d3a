"""The formula language of bundles: + - * / parentheses, ceil floor cos min max, named values.

Formulas are typed by operators and suppliers, so they are parsed by hand into a small tree:
nothing here can call Python. Every refusal carries a code and the position of the fault.
"""

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

MAX_LENGTH = 300
MAX_DEPTH = 40
_TOLERANCE = 1e-9
_SAME_MEANING = str.maketrans("×÷（），－＋−", "*/(),-+-")
_ARITY = {"ceil": (1, 1), "floor": (1, 1), "cos": (1, 1), "min": (1, 8), "max": (1, 8)}


class FormulaError(ValueError):
    """A formula that cannot be read or evaluated; `position` counts characters from 1."""

    def __init__(self, code: str, position: int, found: str = "") -> None:
        super().__init__(f"{code} at {position}: {found}")
        self.code = code
        self.position = position
        self.found = found


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A value looked up by name."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Negation:
    """A minus sign before something."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Operation:
    """Two things and an operator between them."""

    operator: str
    left: "Node"
    right: "Node"
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    function: str
    arguments: "tuple[Node, ...]"
    position: int


Node = Number | Name | Negation | Operation | Call


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula; evaluate it as often as you like."""

    text: str
    root: Node

    @property
    def names(self) -> frozenset[str]:
        return frozenset(_names(self.root))

    def evaluate(self, values: Mapping[str, float]) -> float:
        """The finite value; raises FormulaError for an unknown name or a division by zero."""
        result = _evaluate(self.root, values)
        if not math.isfinite(result):
            raise FormulaError("not_finite", 1, self.text)
        return result


def parse(text: str, known: AbstractSet[str] | None = None) -> Formula:
    """Read a formula. With `known`, a name outside it is refused at its position."""
    if not text.strip():
        raise FormulaError("empty", 1)
    if len(text) > MAX_LENGTH:
        raise FormulaError("too_long", MAX_LENGTH, str(MAX_LENGTH))
    parser = _Parser(_tokens(text.translate(_SAME_MEANING)), known)
    return Formula(text, parser.whole())


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        end = _token_end(text, at)
        tokens.append(_Token(_kind(text, at), text[at:end], at + 1))
        at = end
    tokens.append(_Token("end", "", len(text) + 1))
    return tokens


def _is_digit(char: str) -> bool:
    return char.isascii() and char.isdigit()


def _is_letter(char: str) -> bool:
    return char.isascii() and (char.isalpha() or char == "_")


def _kind(text: str, at: int) -> str:
    char = text[at]
    if _is_digit(char) or char == ".":
        return "number"
    return "name" if _is_letter(char) else "symbol"


def _token_end(text: str, at: int) -> int:
    kind, end = _kind(text, at), at + 1
    if kind == "symbol" and text[at] not in "+-*/(),":
        raise FormulaError("unexpected_character", at + 1, text[at])
    if kind == "symbol":
        return end
    while end < len(text) and (_is_digit(text[end]) or _continues(kind, text[end])):
        end += 1
    return end


def _continues(kind: str, char: str) -> bool:
    return char == "." if kind == "number" else _is_letter(char)


class _Parser:
    def __init__(self, tokens: list[_Token], known: AbstractSet[str] | None) -> None:
        self._tokens = tokens
        self._known = known
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._sum()
        if self._peek.kind != "end":
            raise self._unexpected()
        return node

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._peek
        self._at += 1
        return token

    def _unexpected(self) -> FormulaError:
        token = self._peek
        code = "unexpected_end" if token.kind == "end" else "unexpected"
        return FormulaError(code, token.position, token.text)

    def _expect(self, symbol: str) -> None:
        if self._peek.text != symbol:
            raise self._unexpected()
        self._next()

    def _sum(self) -> Node:
        node = self._product()
        while self._peek.text in ("+", "-"):
            token = self._next()
            node = Operation(token.text, node, self._product(), token.position)
        return node

    def _product(self) -> Node:
        node = self._signed()
        while self._peek.text in ("*", "/"):
            token = self._next()
            right = self._signed()
            if token.text == "/" and isinstance(right, Number) and right.value == 0:
                raise FormulaError("division_by_zero", token.position)
            node = Operation(token.text, node, right, token.position)
        return node

    def _signed(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FormulaError("too_deep", self._peek.position)
        try:
            if self._peek.text == "-":
                self._next()
                return Negation(self._signed())
            return self._atom()
        finally:
            self._depth -= 1

    def _atom(self) -> Node:
        token = self._peek
        if token.kind == "number":
            return self._number(self._next())
        if token.kind == "name":
            return self._named(self._next())
        if token.text == "(":
            self._next()
            node = self._sum()
            self._expect(")")
            return node
        raise self._unexpected()

    @staticmethod
    def _number(token: _Token) -> Number:
        try:
            return Number(float(token.text))
        except ValueError:
            raise FormulaError("bad_number", token.position, token.text) from None

    def _named(self, token: _Token) -> Node:
        if self._peek.text == "(":
            return self._call(token)
        if self._known is not None and token.text not in self._known:
            raise FormulaError("unknown_name", token.position, token.text)
        return Name(token.text, token.position)

    def _call(self, token: _Token) -> Call:
        if token.text not in _ARITY:
            raise FormulaError("unknown_function", token.position, token.text)
        self._expect("(")
        arguments = [self._sum()]
        while self._peek.text == ",":
            self._next()
            arguments.append(self._sum())
        self._expect(")")
        low, high = _ARITY[token.text]
        if not low <= len(arguments) <= high:
            raise FormulaError("wrong_arguments", token.position, token.text)
        return Call(token.text, tuple(arguments), token.position)


def _names(node: Node) -> set[str]:
    match node:
        case Name():
            return {node.name}
        case Negation():
            return _names(node.operand)
        case Operation():
            return _names(node.left) | _names(node.right)
        case Call():
            return {name for argument in node.arguments for name in _names(argument)}
        case Number():
            return set()


def _evaluate(node: Node, values: Mapping[str, float]) -> float:
    match node:
        case Number():
            return node.value
        case Name():
            if node.name not in values:
                raise FormulaError("unknown_name", node.position, node.name)
            return float(values[node.name])
        case Negation():
            return -_evaluate(node.operand, values)
        case Operation():
            return _operate(node, _evaluate(node.left, values), _evaluate(node.right, values))
        case Call():
            return _call(node.function, [_evaluate(item, values) for item in node.arguments])


def _operate(node: Operation, left: float, right: float) -> float:
    if node.operator == "+":
        return left + right
    if node.operator == "-":
        return left - right
    if node.operator == "*":
        return left * right
    if right == 0:
        raise FormulaError("division_by_zero", node.position)
    return left / right


def _call(function: str, arguments: list[float]) -> float:
    """Rounding forgives the last bits of binary fractions: ceil(60.000000001) is 60 pieces."""
    if not all(math.isfinite(value) for value in arguments):
        raise FormulaError("not_finite", 1, function)
    if function == "ceil":
        return float(math.ceil(arguments[0] - _TOLERANCE))
    if function == "floor":
        return float(math.floor(arguments[0] + _TOLERANCE))
    if function == "cos":
        return math.cos(math.radians(arguments[0]))
    return min(arguments) if function == "min" else max(arguments)
