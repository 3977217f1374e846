"""Foreign columns, values and names find ours, and nothing is forced."""

import pytest

from kairos.core.tables import (
    FieldHint,
    ValueMatcher,
    assign_columns,
    match_header,
    match_value,
    name_key,
    normalise,
    sniff_columns,
)
from kairos.core.tables.synonyms import CONCEPTS

DEAL = (
    FieldHint(name="title", labels=("Title", "商機名稱")),
    FieldHint(name="external_id", labels=("External ID",)),
    FieldHint(name="salesperson", labels=("Salesperson", "業務")),
    FieldHint(name="stage", labels=("Stage", "階段"), kind="choice"),
    FieldHint(name="customer", labels=("Customer", "客戶")),
    FieldHint(name="expected_revenue", labels=("Expected revenue",), kind="money"),
    FieldHint(name="expected_closing", labels=("Expected closing",), kind="date"),
    FieldHint(name="created_at", labels=("Created",), kind="datetime"),
    FieldHint(name="email", labels=("E-mail",), kind="email"),
)


@pytest.mark.parametrize(
    "text", ["CloseDate", "close_date", "Close-Date", "CLOSE DATE", " close  dates ", "Ｃｌｏｓｅ Ｄａｔｅ"]
)
def test_spellings_of_a_header_meet(text):
    assert normalise(text) == "close date"


def test_the_words_of_the_trade_are_in_normal_form_and_mean_one_thing():
    phrases = [phrase for group in CONCEPTS.values() for phrase in group]
    assert [phrase for phrase in phrases if normalise(phrase) != phrase] == []
    assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize(
    ("header", "field", "score"),
    [
        ("Title", "title", 100),
        ("external id", "external_id", 100),
        ("sales_agent", "salesperson", 90),
        ("Owner", "salesperson", 90),
        ("業務負責人", "salesperson", 69),
        ("account", "customer", 90),
        ("公司名稱", "customer", 90),
        ("deal_stage", "stage", 90),
        ("階段", "stage", 100),
        ("close_value", "expected_revenue", 90),
        ("Amount (USD)", "expected_revenue", 65),
        ("金額", "expected_revenue", 90),
        ("close_date", "expected_closing", 90),
        ("預計結案日", "expected_closing", 90),
        ("Opportunity ID", "external_id", 90),
        ("Deal Name", "title", 90),
        ("E-Mail Address", "email", 90),
        ("Salespersn", "salesperson", 76),
    ],
)
def test_a_header_finds_its_field(header, field, score):
    assert match_header(header, DEAL)[0] == (field, score)


@pytest.mark.parametrize("header", ["", "Colour", "產品", "xyz", "#3"])
def test_a_header_of_something_else_finds_nothing(header):
    assert [pair for pair in match_header(header, DEAL) if pair[1] >= 50] == []


def test_columns_are_assigned_one_to_one_by_header_and_content(opened):
    table = opened(
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value,xyz\n"
        "1C1I,Moses Frase,GTX,Cancity,Won,2016-10-20,2017-03-01,1054,a@b.co\n"
        "Z063,Darcel,GTX,Isdom,Won,2016-10-25,2017-03-11,4514,c@d.co\n"
    )
    assert {found.column: found.field for found in assign_columns(sniff_columns(table), DEAL)} == {
        0: "external_id",
        1: "salesperson",
        3: "customer",
        4: "stage",
        5: "created_at",
        6: "expected_closing",
        7: "expected_revenue",
        8: "email",
    }


def test_content_overrules_a_header(opened):
    table = opened("Amount,Closing,E-mail\nmuch,soon,5\nlittle,later,6\n")
    assert assign_columns(sniff_columns(table), DEAL) == []


def test_two_columns_do_not_get_the_same_field(opened):
    table = opened("Account,Customer\nA,B\n")
    (found,) = assign_columns(sniff_columns(table), DEAL)
    assert (found.column, found.field, found.score) == (1, "customer", 100)


STAGES = [
    (1, "Won"),
    (2, "Lost"),
    (3, "Qualified"),
    (4, "Proposition"),
    (5, "GTX Pro"),
    (6, "GTX Plus Pro"),
    (7, "Plan 1000"),
    (8, "已成交"),
    (9, "C"),
    (10, "C++"),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("won", (1, 100)),
        ("ＷＯＮ ", (1, 100)),
        ("GTXPro", (5, 100)),
        ("gtx-pro", (5, 100)),
        ("GTX Plus Pr", (6, 95)),
        ("Qualifed", (3, 94)),
        ("C", (9, 100)),
        ("C++", (10, 100)),
        ("Engaging", None),
        ("Unqualified", None),
        ("Plan 1001", None),
        ("未成交", None),
        ("wan", None),
        ("", None),
        ("  ", None),
        ("lost?", (2, 100)),
    ],
)
def test_a_value_finds_ours_or_nothing(text, found):
    assert match_value(text, STAGES) == found


def test_a_text_between_two_candidates_finds_nothing():
    assert match_value("Brandon Marsh", [(1, "Brandon Marsha"), (2, "Brandon Marshe")]) is None
    assert match_value("a b", [(1, "A-B"), (2, "AB!")]) is None
    assert ValueMatcher([]).match("x") is None


@pytest.mark.parametrize(
    "same",
    [
        ["Acme", "ACME Inc.", "Acme, Inc", "acme corporation", "Acme Co., Ltd.", "Acme LLC", "Acme L.L.C."],
        ["台灣積體電路製造股份有限公司", "臺灣積體電路製造", "台灣積體電路製造 有限公司"],
        ["Müller", "MÜLLER GmbH", "Müller GmbH & Co. KG"],
        ["大同（股）公司", "大同"],
        ["J.P. Morgan", "JP Morgan"],
    ],
)
def test_a_company_is_the_same_with_and_without_its_legal_form(same):
    assert len(set(map(name_key, same))) == 1


def test_names_that_differ_stay_apart_and_never_vanish():
    names = [
        "AT&T",
        "ATT",
        "C++",
        "C",
        "Ford Company",
        "Ford",
        "Inc.",
        "Limited",
        "有限公司",
        "!!!",
        "Acme East",
        "Acme West",
        "公司",
    ]
    assert len({name_key(name) for name in names}) == len(names)
    assert all(name_key(name) for name in names)
    assert name_key("") == ""
