import pytest

from kairos.core.duplicates.keys import company_domain, domain_keys, email_key, phone_key, tax_key


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("acme.com", "acme.com"),
        ("mail.acme.com.tw", "acme.com.tw"),
        ("www.Acme.co.jp", "acme.co.jp"),
        ("acme.example", "acme.example"),
        ("gmail.com", ""),
        ("ms1.hinet.net", ""),
        ("yahoo.com.tw", ""),
        ("qq.com", ""),
        ("docomo.ne.jp", ""),
        ("com.tw", ""),
        ("co.uk", ""),
        ("acme.facebook.com", ""),
        ("localhost", ""),
        ("192.168.0.1", ""),
        ("", ""),
    ],
)
def test_a_domain_is_a_companys_own_or_says_nothing(host: str, domain: str) -> None:
    assert company_domain(host) == domain


def test_domains_come_from_addresses_and_the_website_each_once() -> None:
    keys = domain_keys(
        emails=["a@acme.com", "b@mail.acme.com", "c@gmail.com"], website="https://www.acme.de/x"
    )
    assert list(keys) == [("domain", "acme.com"), ("domain", "acme.de")]
    assert list(domain_keys(website="http://[broken")) == []


def test_the_same_value_has_one_key_however_it_is_written() -> None:
    assert email_key(" Eve@ACME.example ") == "eve@acme.example"
    assert email_key("nobody") == ""
    assert phone_key("(02) 2345-6789") == phone_key("+886 2 2345 6789") == "+886223456789"
    assert phone_key("call me") == ""
    assert tax_key("DE 123.456-789") == "de123456789"
    assert (tax_key("n/a"), tax_key("none given")) == ("", "")
