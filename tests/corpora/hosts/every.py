"""Every corpus there is a miniature of."""

from typing import Final

from tests.corpora.hosts import english, mandarin, many_languages, ours
from tests.corpora.hosts.host import Host

HOSTS: Final[dict[str, Host]] = {
    "yesno": ours.YESNO,
    "fsdd": ours.FSDD,
    "an4": ours.AN4_SPHERE,
    "an4 cepstra": ours.AN4_MFC,
    "mboshi": ours.MBOSHI,
    "tidigits": ours.TIDIGITS,
    "mini_librispeech": english.MINI_LIBRISPEECH,
    "librispeech": english.LIBRISPEECH,
    "ljspeech": english.LJSPEECH,
    "tedlium3": english.TEDLIUM3,
    "timit": english.TIMIT,
    "speech_commands": english.SPEECH_COMMANDS,
    "aishell": mandarin.AISHELL,
    "thchs30": mandarin.THCHS30,
    "commonvoice": many_languages.COMMONVOICE,
    "voxpopuli": many_languages.VOXPOPULI,
    "mls": many_languages.MLS,
    "fleurs": many_languages.FLEURS,
}
