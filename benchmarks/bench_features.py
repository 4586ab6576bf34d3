"""How fast is the front end beside its peers? MFCC of the same 16 kHz noise, one thread, medians of turns taken.

A speed figure says how many times as fast as a peer `FrontEnd` is, with the convention nearest to that peer's: 13
cepstra from 40 mel bins, windows of 25 ms every 10 ms. `x real time` is seconds of audio per second of work.
"""

from collections.abc import Callable

import kaldi_native_fbank as knf
import librosa
import numpy as np
import torch
from figure import median_seconds, show_figure

from speechrnn.features.mfcc import FrontEnd
from speechrnn.features.torchaudio_compat import load_torchaudio
from speechrnn.recipe import FeaturesConfig

SAMPLE_RATE_HZ = 16000
ROUNDS = 15
UTTERANCES = 10
"""Done in a row at each turn, as in a pass over a corpus: the first pays for the heap its predecessor left behind."""
SECONDS = (10.0, 1.0)
REAL_TIME_TARGET = 1000
PEERS = {
    "torchaudio.transforms.MFCC": "librosa",
    "torchaudio.compliance.kaldi.mfcc": "kaldi",
    "librosa.feature.mfcc": "librosa",
    "kaldi_native_fbank": "kaldi",
}


def main() -> None:
    """Print real-time factors for each length of audio, then the figures."""
    torch.set_num_threads(1)
    with torch.inference_mode():
        rates = {seconds: real_time_factors(seconds) for seconds in SECONDS}
    for seconds, factors in rates.items():
        for peer, convention in PEERS.items():
            speed = factors[f"ours ({convention})"] / factors[peer]
            show_figure(f"features_{seconds:.0f}s_speed_over_{peer}", speed, 1, at_most=False)
        slowest = min(factor for name, factor in factors.items() if name.startswith("ours"))
        show_figure(f"features_{seconds:.0f}s_times_real_time", slowest, REAL_TIME_TARGET, at_most=False)


def real_time_factors(seconds: float) -> dict[str, float]:
    """Print and return how many seconds of audio each front end does in a second."""
    works = contenders(seconds)
    turns = [lambda work=work: [work() for _ in range(UTTERANCES)] for work in works.values()]
    factors = [UTTERANCES * seconds / taken for taken in median_seconds(*turns, rounds=ROUNDS)]
    for name, factor in zip(works, factors, strict=True):
        print(f"{seconds:4.0f} s of audio  {name:34s} {factor:8.0f} x real time")
    return dict(zip(works, factors, strict=True))


def contenders(seconds: float) -> dict[str, Callable[[], object]]:
    """Return one function per front end, each turning the same samples into cepstra."""
    samples = torch.from_numpy(noise(seconds)).unsqueeze(0)
    lengths = torch.tensor([samples.shape[1]])
    ours = {name: FrontEnd(FeaturesConfig(convention=name)) for name in ("kaldi", "librosa", "sphinx")}
    torchaudio = load_torchaudio()
    from torchaudio.compliance.kaldi import mfcc

    mel = {"n_fft": 400, "hop_length": 160, "n_mels": 40}
    transform = torchaudio.transforms.MFCC(SAMPLE_RATE_HZ, 13, melkwargs=mel)
    return {
        **{
            f"ours ({name})": lambda front_end=front_end: front_end(samples, lengths)
            for name, front_end in ours.items()
        },
        "torchaudio.transforms.MFCC": lambda: transform(samples),
        "torchaudio.compliance.kaldi.mfcc": lambda: mfcc(samples * 32768, num_mel_bins=40, dither=0.0),
        "librosa.feature.mfcc": lambda: librosa.feature.mfcc(y=samples[0].numpy(), sr=SAMPLE_RATE_HZ, n_mfcc=13, **mel),
        "kaldi_native_fbank": lambda: kaldi_native(samples[0].numpy()),
    }


def kaldi_native(samples: np.ndarray) -> np.ndarray:
    """Return kaldi_native_fbank's cepstra, `(time, 13)`."""
    options = knf.MfccOptions()
    options.frame_opts.dither = 0
    options.mel_opts.num_bins, options.num_ceps, options.use_energy = 40, 13, False
    computer = knf.OnlineMfcc(options)
    computer.accept_waveform(SAMPLE_RATE_HZ, samples * 32768)
    computer.input_finished()
    return np.stack([computer.get_frame(index) for index in range(computer.num_frames_ready)])


def noise(seconds: float) -> np.ndarray:
    """Return white noise, float32."""
    rng = np.random.default_rng(1)
    return 0.1 * rng.standard_normal(int(seconds * SAMPLE_RATE_HZ), dtype=np.float32)


if __name__ == "__main__":
    main()
