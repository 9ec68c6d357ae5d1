import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from krausen.push.template import DEEPEST, Scalar, check, check_json, filled, filled_json

NAMES = frozenset({"name", "temperature", "vessel.beer", "heat", "gone"})
VALUES: dict[str, Scalar] = {
    "name": 'Fass "1"\\\n',
    "temperature": 18.5,
    "vessel.beer": 18.0,
    "heat": False,
    "gone": None,
}
ANYTHING = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@pytest.mark.parametrize(
    ("template", "body"),
    [
        ('{"t": "{{temperature}}"}', {"t": 18.5}),
        ('{"t": "{{ temperature }}"}', {"t": 18.5}),
        ('{"t": "{{temperature}} °C"}', {"t": "18.5 °C"}),
        ('{"t": "{{temperature}}{{vessel.beer}}"}', {"t": "18.518"}),
        ('{"n": "{{name}}", "h": "{{heat}}", "g": "{{gone}}"}', {"n": 'Fass "1"\\\n', "h": False}),
        ('{"n": "<{{gone}}>", "h": "{{heat}}!"}', {"n": "<>", "h": "false!"}),
        (
            '{"{{name}}": [1, "{{gone}}", {"x": "{{gone}}"}, "{{vessel.beer}}"]}',
            {'Fass "1"\\\n': [1, {}, 18.0]},
        ),
        ('["{{temperature}}", true, 3]', [18.5, True, 3]),
        ('"{{gone}}"', {}),
        ('{"brace": "{name} }} {"}', {"brace": "{name} }} {"}),
    ],
)
def test_placeholders_become_their_values(template: str, body: object) -> None:
    check_json(template, NAMES)
    assert json.decode(filled_json(template, VALUES)) == body


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ('{"t": "{{temprature}}"}', "There is no {{temprature}}. There is {{temperature}}."),
        ('{"{{vessel.bier}}": 1}', "There is no {{vessel.bier}}. There is {{vessel.beer}}."),
        ('{"t": "{{}}"}', "There is no {{}}. There is {{gone}}, {{heat}}"),
        ('{"t": "{{name.__class__}}"}', "There is no {{name.__class__}}"),
        ('{"t": "{{1+1}}"}', "There is no {{1+1}}"),
        ('{"t": "{{name"}', "never closed"),
        ('{"t": "{{ {{name}} }}"}', "There is no {{{{name}}"),
        ('{"t": {{temperature}}}', "The body is no JSON"),
        ("", "The body is no JSON"),
        ("[" * 8000, "The body is no JSON"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "too deep"),
    ],
)
def test_a_fault_is_told_in_plain_words(template: str, fault: str) -> None:
    with pytest.raises(ValueError, match=re.escape(fault)):
        check_json(template, NAMES)


def test_templates_may_be_as_deep_as_is_told() -> None:
    template = "[" * (DEEPEST - 1) + '"{{name}}"' + "]" * (DEEPEST - 1)
    check_json(template, NAMES)
    assert filled_json(template, {"name": 1.0}) == b"[" * (DEEPEST - 1) + b"1.0" + b"]" * (DEEPEST - 1)


@given(
    name=ANYTHING,
    before=st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), min_size=1),
)
def test_whatever_a_value_is_the_body_is_json_and_holds_it(name: Scalar, before: str) -> None:
    template = json.encode({"alone": "{{name}}", "within": before + "{{name}}"}).decode()
    check_json(template, {"name"})
    body = json.decode(filled_json(template, {"name": name}))
    assert body.get("alone") == name
    assert body["within"].startswith(before)
    if isinstance(name, str):
        assert body["within"] == before + name


@given(st.text(max_size=60))
def test_whatever_a_template_is_it_can_be_filled_or_is_faulty(template: str) -> None:
    try:
        check_json(template, NAMES)
    except ValueError:
        return
    json.decode(filled_json(template, VALUES))


@given(value=st.text(), name=st.text("ab{}. ", max_size=12))
def test_what_a_value_says_is_never_taken_for_a_placeholder(value: str, name: str) -> None:
    assert filled("<{{name}}>", {"name": value}) == f"<{value}>"
    assert filled("<{{name}}>", {"name": f"{{{{{name}}}}}"}) == f"<{{{{{name}}}}}>"


def test_text_is_quoted_as_its_place_wants() -> None:
    check("/in?of={{name}}", NAMES)
    assert filled("/in?of={{name}}&x={{gone}}", VALUES, lambda text: f"[{len(text)}]") == "/in?of=[10]&x=[0]"
