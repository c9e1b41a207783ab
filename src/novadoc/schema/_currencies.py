"""How currencies are printed beside amounts."""

from __future__ import annotations

import functools
import re
from typing import Final

# ISO 4217, the codes of money in use (its list one, without funds, metals and test codes), and
# those the euro, and new issues of the same money, replaced: old documents are scanned too.
_CODES: Final = (
    "AED|AFN|AMD|ANG|AOA|ARS|ATS|AUD|AWG|AZN|BAM|BBD|BDT|BEF|BGN|BHD|BIF|"
    "BMD|BND|BOB|BRL|BSD|BTN|BWP|BYN|BYR|BZD|CAD|CDF|CHF|CLP|CNY|CRC|CUC|"
    "CVE|CYP|CZK|DEM|DJF|DKK|DOP|DZD|EEK|EGP|ERN|ESP|ETB|EUR|FIM|FJD|FKP|"
    "FRF|GBP|GHC|GHS|GIP|GMD|GNF|GRD|GTQ|GYD|HKD|HNL|HRK|HTG|HUF|IDR|IEP|"
    "ILS|INR|IQD|IRR|ISK|ITL|JMD|JOD|JPY|KES|KGS|KHR|KMF|KPW|KRW|KWD|KYD|"
    "KZT|LAK|LBP|LKR|LRD|LSL|LTL|LUF|LVL|LYD|MDL|MGA|MKD|MMK|MNT|MRO|MRU|"
    "MTL|MUR|MVR|MWK|MXN|MYR|MZN|NAD|NGN|NIO|NLG|NOK|NPR|NZD|OMR|PAB|PGK|"
    "PHP|PKR|PLN|PTE|PYG|QAR|ROL|RON|RSD|RUB|RWF|SAR|SBD|SCR|SDG|SEK|SGD|"
    "SHP|SKK|SLE|SLL|SRD|SSP|STN|SVC|SYP|SZL|THB|TJS|TMT|TND|TRL|TTD|TWD|"
    "TZS|UAH|UGX|USD|UYU|UZS|VED|VEF|VES|VND|VUV|WST|XAF|XCD|XCG|XOF|XPF|"
    "YER|ZAR|ZMK|ZMW|ZWG|ZWL"
)
# Spelt like words, so that only capitals mean money: `12 ALL`, but not `all 12`.
_CAPITALS: Final = "ALL|COP|CUP|GEL|MAD|MOP|PEN|SIT|SOS|STD|TOP|TRY"
# A point behind an abbreviation is its own: `Rs.100` is a hundred. `ft` is a length.
_SHORT: Final = (
    r"(?:RM|Rs|Rp|kr|Kč|zł|SFr|Fr|DM|Dh|Dhs|Tk|Kz|Ksh|Lei|Lek|RMB|(?-i:Ft))\.?|S/\.?"
    r"|euros?|dollars?|pounds?|ringgit|rupees?|francs?|pesos?"
)
# No letter on either side: `EURO` is not `EUR`, nor is `SEUR`.
_CODE: Final = rf"(?<![^\W\d_])(?:{_CODES}|(?-i:{_CAPITALS}))(?![^\W\d_])"
_SIGN: Final = "[$€£¥₹₩₽₺฿₪₱₫₦₴₡₵₾₸₼₮₲₭៛]"
_UNIT: Final = rf"(?:[A-Z]{{0,2}}{_SIGN}|{_SHORT}|{_CODE}(?:\s*{_SIGN})?|%)"


@functools.cache  # compiling takes milliseconds, and exact answers never need it
def _units() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(rf"{_UNIT}\s*(?=[-+(.,\d])", re.IGNORECASE),
        re.compile(rf"(?<=[\d.,)])\s*{_UNIT}\Z", re.IGNORECASE),
    )


def without_units(body: str) -> str:
    """Take off one currency or percent sign in front of an amount, and one behind."""
    before, after = _units()
    found = None if body[:1].isdigit() else before.match(body)
    rest = body[found.end() :] if found else body
    return rest if rest[-1:].isdigit() else after.sub("", rest).strip()
