"""English names of the languages that corpora are in, so that a list can be searched by them.

From the IANA registry of language subtags; a tag with a region is called as its language.
"""

from typing import Final

_TABLE: Final = (
    "adx=Amdo Tibetan|aeb=Tunisian Arabic|af=Afrikaans|am=Amharic|ar=Arabic|arz=Egyptian Arabic|as=Assamese|"
    "ast=Asturian|az=Azerbaijani|be=Belarusian|bg=Bulgarian|bn=Bengali|bs=Bosnian|ca=Catalan|ceb=Cebuano|"
    "ckb=Central Kurdish|cmn=Mandarin Chinese|cs=Czech|cy=Welsh|da=Danish|de=German|el=Greek|en=English|"
    "es=Spanish|et=Estonian|fa=Persian|ff=Fulah|fi=Finnish|fil=Filipino|fr=French|ga=Irish|gl=Galician|"
    "gu=Gujarati|ha=Hausa|he=Hebrew|hi=Hindi|hr=Croatian|hu=Hungarian|hy=Armenian|id=Indonesian|ig=Igbo|"
    "is=Icelandic|it=Italian|ja=Japanese|jv=Javanese|ka=Georgian|kam=Kamba|kea=Kabuverdianu|kk=Kazakh|km=Khmer|"
    "kn=Kannada|ko=Korean|ky=Kyrgyz|lb=Luxembourgish|lg=Ganda|ln=Lingala|lo=Lao|lt=Lithuanian|luo=Luo|lv=Latvian|"
    "mdw=Mbochi|mi=Maori|mk=Macedonian|ml=Malayalam|mn=Mongolian|mr=Marathi|ms=Malay|mt=Maltese|my=Burmese|"
    "nb=Norwegian|ne=Nepali|nl=Dutch|nso=Pedi|ny=Nyanja|oc=Occitan|om=Oromo|or=Oriya|pa=Panjabi|pl=Polish|"
    "ps=Pashto|pt=Portuguese|ro=Romanian|ru=Russian|sd=Sindhi|sk=Slovak|sl=Slovenian|sn=Shona|so=Somali|"
    "sr=Serbian|sv=Swedish|sw=Swahili|ta=Tamil|te=Telugu|tg=Tajik|th=Thai|tr=Turkish|uk=Ukrainian|umb=Umbundu|"
    "ur=Urdu|uz=Uzbek|vi=Vietnamese|wo=Wolof|xh=Xhosa|yo=Yoruba|yue=Cantonese Chinese|zh=Mandarin Chinese|"
    "zu=Zulu|"
)
_NAMES: Final = dict(pair.split("=") for pair in _TABLE.removesuffix("|").split("|"))


def language_name(tag: str) -> str:
    """Name a language, or return the tag where no name is known.

    >>> language_name("sw"), language_name("en-SG"), language_name("*")
    ('Swahili', 'English', '*')
    """
    return _NAMES.get(tag) or _NAMES.get(tag.partition("-")[0], tag)
