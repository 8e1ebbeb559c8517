"""Plain data: any value of the domain as what JSON can hold, and back.

It goes by the annotations of the dataclasses, so a new class needs no line here: dataclasses,
enums, moments and spans, bytes, tuples, sets, mappings with keys of any type, unions of classes,
and abstract bases with whatever subclasses there are. Only classes of the domain are ever made
from a document, and only through their own `__init__`. A field that is no argument of its class
(`init=False`) is a look-up, made from the others, and is not written.

The libraries that do this each miss a part: msgspec reads no unions of dataclasses and tells the
first problem only; cattrs needs a rule of its own for nearly every line of the list above, and
writes the subclasses of `str` by its own.
"""

import inspect
import math
import sys
from collections import Counter, deque
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Mapping,
    MutableMapping,
    Sequence,
    Set,
)
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from mock_braze.domain.plain_values import (
    SINGLE,
    WIDEST,
    Form,
    NotPlain,
    Unfit,
    read_enum,
    shown,
    write_enum,
)

T = TypeVar("T")

DOMAIN = "mock_braze.domain."
TAG = "is"  # which class, where an annotation leaves several
LOOSE_TAG = "$is"  # the same where there is no annotation and any other name may occur
# Beyond this nothing is looked at: the rules take 100 levels of nested values, JSON writers 254.
DEEPEST = 150
PRIMITIVES = frozenset({str, int, float, bool})
_LISTS = (list, Sequence, Collection)
_SETS = (set, frozenset, Set)
_MAPPINGS = (dict, Mapping, MutableMapping, Counter)
_FORMS: dict[Any, Form] = dict(SINGLE)


class BadPlainData(ValueError):
    """A document that cannot be read; `problems` holds every one, with its path."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def written(value: Any) -> Any:
    """A value of the domain as plain data.

    Raises:
        NotPlain: it holds something that is neither plain data nor a class of the domain.
    """
    return form_of(type(value)).write(value)


def read(document: Any, kind: type[T]) -> T:
    """The value behind a document.

    Raises:
        BadPlainData: with every problem.
    """
    try:
        value: T = form_of(kind).read(document)
    except Unfit as unfit:
        raise BadPlainData([f"${path}: {says}" for path, says in unfit.problems]) from None
    return value


def register(kind: Any, write: Callable[[Any], Any], read_it: Callable[[Any], Any]) -> None:
    """Let a class that is no dataclass be written and read by functions of its own."""
    _FORMS[kind] = Form(write, read_it)


def form_of(kind: Any) -> Form:
    """How values under one annotation are written and read.

    Raises:
        NotPlain: there is no way.
    """
    if kind not in _FORMS:
        _FORMS[kind] = _made_form(kind)
    return _FORMS[kind]


def _made_form(kind: Any) -> Form:
    if _is_loose(kind):
        return Form(_write_loose, partial(_read_loose_kind, get_origin(kind) or kind))
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _choice([each for each in inner if each is not NoneType], NoneType in inner)
    if origin is tuple:
        return _run(inner[0], tuple) if inner[-1] is Ellipsis else _fixed_tuple(inner)
    if origin in _LISTS:
        return _run(inner[0], list)
    if origin is deque:
        return _run(inner[0], deque)
    if origin in _SETS:
        return _set(inner[0], set if origin is set else frozenset)
    if origin in _MAPPINGS:
        value = form_of(int if origin is Counter else inner[1])
        return _named(value) if inner[0] is str else _pairs(form_of(inner[0]), value, origin)
    if inspect.isclass(kind) and kind.__module__.startswith(DOMAIN):
        if issubclass(kind, Enum):
            return Form(write_enum, partial(read_enum, kind))
        if inspect.isabstract(kind):
            return Form(_write_subclass, partial(_read_subclass, kind))
        if is_dataclass(kind):
            return _class(kind)
    raise NotPlain(f"a snapshot cannot hold {kind}")


def _gathered(
    readings: Iterable[tuple[str, Callable[[Any], Any], Any]],
    problems: Iterable[tuple[str, str]] = (),
) -> list[Any]:
    """The values read at several places below one, or all problems with their paths."""
    values, problems = [], list(problems)
    for path, read_it, document in readings:
        try:
            values.append(read_it(document))
        except Unfit as unfit:
            problems += [(path + further, says) for further, says in unfit.problems]
    if problems:
        raise Unfit(problems=problems)
    return values


def _expect(document: Any, kind: type, says: str) -> None:
    if not isinstance(document, kind):
        raise Unfit(f"this must be {says}, not {shown(document)}")


# Collections


def _run(inner: Any, make: Callable[[list[Any]], Any]) -> Form:
    form = form_of(inner)

    def read_run(document: Any) -> Any:
        _expect(document, list, "an array")
        items = ((f"[{place}]", form.read, each) for place, each in enumerate(document))
        return make(_gathered(items))

    return Form(lambda values: [form.write(each) for each in values], read_run)


def _fixed_tuple(inner: Sequence[Any]) -> Form:
    forms = [form_of(each) for each in inner]

    def write_tuple(values: Sequence[Any]) -> list[Any]:
        return [form.write(each) for form, each in zip(forms, values, strict=True)]

    def read_tuple(document: Any) -> Any:
        _expect(document, list, "an array")
        if len(document) != len(forms):
            raise Unfit(f"this must have {len(forms)} items, not {len(document)}")
        items = enumerate(zip(forms, document, strict=True))
        return tuple(_gathered((f"[{place}]", form.read, each) for place, (form, each) in items))

    return Form(write_tuple, read_tuple)


def _set(inner: Any, make: Callable[[list[Any]], Any]) -> Form:
    run = _run(inner, make)
    return Form(lambda values: sorted(run.write(values), key=repr), run.read)


def _named(form: Form) -> Form:
    def write_named(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: form.write(each) for name, each in values.items()}

    def read_named(document: Any) -> dict[str, Any]:
        _expect(document, dict, "an object")
        items = ((f"[{name!r}]", form.read, each) for name, each in document.items())
        return dict(zip(document, _gathered(items), strict=True))

    return Form(write_named, read_named)


def _pairs(key: Form, value: Form, make: Any) -> Form:
    def read_pair(document: Any) -> tuple[Any, Any]:
        if not isinstance(document, list) or len(document) != 2:
            raise Unfit(f"this must be a key and its value, not {shown(document)}")
        one, other = _gathered([("[0]", key.read, document[0]), ("[1]", value.read, document[1])])
        return one, other

    def read_pairs(document: Any) -> Any:
        _expect(document, list, "an array of keys with their values")
        items = ((f"[{place}]", read_pair, each) for place, each in enumerate(document))
        pairs = dict(_gathered(items))
        return pairs if inspect.isabstract(make) else make(pairs)

    return Form(
        lambda values: [[key.write(one), value.write(other)] for one, other in values.items()],
        read_pairs,
    )


# Classes, and choices between classes


def _class(kind: Any) -> Form:
    """Private fields are told without their underscore; one left out has its default."""
    stored = [each for each in fields(kind) if each.init]
    told = {each.name: each.name.lstrip("_") for each in stored}
    required = [
        each.name for each in stored if each.default is MISSING and each.default_factory is MISSING
    ]

    @cache
    def forms() -> dict[str, Form]:  # when first needed: a class may hold its own kind
        hints = get_type_hints(kind)
        return {each.name: _form_of_field(kind, each.name, hints[each.name]) for each in stored}

    def write_class(value: Any) -> dict[str, Any]:
        return {told[name]: form.write(getattr(value, name)) for name, form in forms().items()}

    def read_class(document: Any) -> Any:
        _expect(document, dict, f"an object ({kind.__name__})")
        problems = [
            ("", f"there is no member {name!r} in a {kind.__name__}")
            for name in document
            if name not in told.values()
        ]
        problems += [
            ("", f"{told[each]!r} is missing") for each in required if told[each] not in document
        ]
        sent = [name for name in forms() if told[name] in document]
        readings = [(f".{told[name]}", forms()[name].read, document[told[name]]) for name in sent]
        return kind(**dict(zip(sent, _gathered(readings, problems), strict=True)))

    return Form(write_class, read_class)


def _form_of_field(kind: type, name: str, hint: Any) -> Form:
    try:
        return form_of(hint)
    except NotPlain as error:
        raise NotPlain(f"{kind.__name__}.{name}: {error}") from None


def _choice(kinds: Sequence[Any], may_be_none: bool) -> Form:
    """One of several: an object that says which."""
    if set(kinds) <= PRIMITIVES or len(kinds) == 1:
        form = form_of(kinds[0]) if len(kinds) == 1 else _primitive(kinds)
        return _or_none(form) if may_be_none else form
    named = {_name_of(each): each for each in kinds}

    def write_choice(value: Any) -> Any:
        for kind in (type(value), *kinds):
            if kind in kinds and isinstance(value, get_origin(kind) or kind):
                return _tagged(_name_of(kind), form_of(kind).write(value), is_dataclass(kind))
        raise NotPlain(f"{shown(value)} is none of {', '.join(named)}")

    def read_choice(document: Any) -> Any:
        tag, rest = _untagged(document)
        if tag not in named:
            raise Unfit(f"{TAG!r} must be one of {', '.join(named)}, not {shown(tag)}")
        kind = named[tag]
        return form_of(kind).read(rest if is_dataclass(kind) else rest.get("value"))

    form = Form(write_choice, read_choice)
    return _or_none(form) if may_be_none else form


def _name_of(kind: Any) -> str:
    return str((get_origin(kind) or kind).__name__)


def _primitive(kinds: Sequence[type]) -> Form:
    def read_primitive(document: Any) -> Any:
        if type(document) not in kinds:
            raise Unfit(f"this must be {' or '.join(map(_name_of, kinds))}, not {shown(document)}")
        return document

    return Form(lambda value: value, read_primitive)


def _or_none(form: Form) -> Form:
    return Form(
        lambda value: None if value is None else form.write(value),
        lambda document: None if document is None else form.read(document),
    )


def _tagged(tag: str, document: Any, is_class: bool) -> dict[str, Any]:
    return {TAG: tag, **document} if is_class else {TAG: tag, "value": document}


def _untagged(document: Any) -> tuple[str, dict[str, Any]]:
    if not isinstance(document, dict) or not isinstance(document.get(TAG), str):
        says = f"this must be an object that says in {TAG!r} what it is"
        raise Unfit(f"{says}, not {shown(document)}")
    rest = dict(document)
    return rest.pop(TAG), rest


def _write_subclass(value: Any) -> dict[str, Any]:
    return _tagged(type(value).__name__, form_of(type(value)).write(value), is_class=True)


def _read_subclass(base: type, document: Any) -> Any:
    tag, rest = _untagged(document)
    kind = _own_class(tag)
    if kind is None or not issubclass(kind, base) or inspect.isabstract(kind):
        raise Unfit(f"there is no {base.__name__} called {tag!r}")
    return form_of(kind).read(rest)


def _own_class(name: str) -> type | None:
    if name not in _own_classes():
        _own_classes.cache_clear()  # it may have been imported since
    return _own_classes().get(name)


@cache
def _own_classes() -> dict[str, type]:
    """The classes of the domain by name, as far as they are imported."""
    modules = [module for name, module in sys.modules.items() if name.startswith(DOMAIN)]
    return {
        name: each
        for module in modules
        for name, each in vars(module).items()
        if inspect.isclass(each) and each.__module__ == module.__name__
        if is_dataclass(each) or issubclass(each, Enum)
    }


# Values without an annotation: what came in as JSON, and whatever rules put beside it


def _is_loose(kind: Any) -> bool:
    """No annotation to go by: anything, or a collection of anything under names."""
    if kind is Any or kind is object or kind in (*_LISTS, *_SETS, *_MAPPINGS, tuple):
        return True
    origin, inner = get_origin(kind), get_args(kind)
    if not inner or inner[-1] is not Any:
        return False
    return origin in _LISTS or (origin in _MAPPINGS and inner[0] in (str, Any))


def _write_loose(value: Any, levels: int = DEEPEST) -> Any:
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    if kind is list:
        return [_write_loose(each, levels - 1) for each in value] if levels > 0 else []
    if kind is dict and all(type(name) is str for name in value):
        if levels <= 0:
            return {}
        return {_escaped(name): _write_loose(each, levels - 1) for name, each in value.items()}
    if (kind is int and -WIDEST <= value < 2 * WIDEST) or (kind is float and math.isfinite(value)):
        return value
    return {LOOSE_TAG: kind.__name__, "value": _write_odd(value, levels)}


def _escaped(name: str) -> str:
    """A name that looks like the tag, or like such a name escaped, gets a `$` more."""
    return f"${name}" if name.endswith(LOOSE_TAG) and set(name[:-2]) == {"$"} else name


def _unescaped(name: str) -> str:
    return name[1:] if name.endswith(LOOSE_TAG) and set(name[:-2]) == {"$"} else name


def _write_odd(value: Any, levels: int) -> Any:
    match value:
        case dict():
            pairs = value.items()
            return [[_write_loose(each, levels - 1) for each in pair] for pair in pairs]
        case tuple():
            return [_write_loose(each, levels - 1) for each in value]
        case set() | frozenset():
            return sorted((_write_loose(each, levels - 1) for each in value), key=repr)
        case float():
            return str(value)
        case _:
            return form_of(type(value)).write(value)


def _read_loose_kind(kind: Any, document: Any) -> Any:
    value = _read_loose(document)
    if kind is not Any and not isinstance(value, kind):
        raise Unfit(f"this must be a {kind.__name__.lower()}, not {shown(document)}")
    return value


def _read_loose(document: Any) -> Any:
    if isinstance(document, list):
        items = ((f"[{place}]", _read_loose, each) for place, each in enumerate(document))
        return _gathered(items)
    if not isinstance(document, dict):
        return document
    if LOOSE_TAG not in document:
        items = ((f"[{name!r}]", _read_loose, each) for name, each in document.items())
        return dict(zip(map(_unescaped, document), _gathered(items), strict=True))
    name, inner = document[LOOSE_TAG], document.get("value")
    if name in _ODD:
        try:
            return _ODD[name](_read_loose(inner))
        except (TypeError, ValueError, OverflowError):
            raise Unfit(f"this is no {name}: {shown(inner)}") from None
    kind = next((each for each in SINGLE if _name_of(each) == name), None)
    kind = kind or _own_class(str(name))
    if kind is None:
        raise Unfit(f"there is no kind of value called {shown(name)}")
    return form_of(kind).read(inner)


_ODD: Mapping[Any, Callable[[Any], Any]] = {
    each.__name__: each for each in (dict, tuple, set, frozenset, float)
}
