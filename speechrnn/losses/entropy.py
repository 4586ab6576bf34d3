"""How undecided CTC is between the paths that spell a transcript (maximum-entropy CTC, Liu, Jin & Zhang 2018).

CTC is content with one path, and soon puts all its weight on one of short spikes between blanks. The entropy of the
paths' posterior `p(path | text, audio)`, in nats, is what training may add to keep more of them alive. It follows the
forward recursion: where paths join, their entropies are averaged and the entropy of the choice between them is added.
"""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

_NEVER = -1e30
"""A log-probability in place of minus infinity, which would make the gradient of a choice among none not a number."""


def path_entropies(log_probs: Tensor, targets: Tensor, input_lengths: Tensor, target_lengths: Tensor) -> Tensor:
    """Compute the entropy of the paths of each utterance.

    Args:
        log_probs: natural log, `(time, batch, vocab)`, blank 0.
        targets: label ids `(batch, labels)`.
        input_lengths: output frames `(batch,)`, one or more.
        target_lengths: labels `(batch,)`.

    Returns:
        `(batch,)`, in nats; without meaning where no path exists.
    """
    places = _places(targets)
    scores = log_probs.gather(2, places.expand(len(log_probs), -1, -1))
    skips = _skips(places)
    beginning = torch.arange(places.shape[1], device=places.device) < 2
    forward = torch.where(beginning, scores[0], _NEVER)
    entropy = torch.zeros_like(forward)
    for frame in range(1, len(scores)):
        joined, mixed = _join(forward, entropy, skips)
        inside = (frame < input_lengths).unsqueeze(1)
        forward = torch.where(inside, joined + scores[frame], forward)
        entropy = torch.where(inside, mixed, entropy)
    return _at_the_end(forward, entropy, target_lengths)


def _places(targets: Tensor) -> Tensor:
    """The labels with a blank before, between and after, `(batch, 2 * labels + 1)`."""
    places = targets.new_zeros(len(targets), 2 * targets.shape[1] + 1)
    places[:, 1::2] = targets
    return places


def _skips(places: Tensor) -> Tensor:
    """Whether a place may follow the last but one: a label that differs from the label before."""
    skips = torch.zeros_like(places, dtype=torch.bool)
    skips[:, 2:] = (places[:, 2:] != 0) & (places[:, 2:] != places[:, :-2])
    return skips


def _join(forward: Tensor, entropy: Tensor, skips: Tensor) -> tuple[Tensor, Tensor]:
    """Bring together, at every place, the paths that stay, go on by one, and skip a blank."""
    ways = torch.stack([forward, _moved(forward, 1, _NEVER), torch.where(skips, _moved(forward, 2, _NEVER), _NEVER)])
    entropies = torch.stack([entropy, _moved(entropy, 1, 0), _moved(entropy, 2, 0)])
    return torch.logsumexp(ways, dim=0), _mixed(ways, entropies)


def _mixed(ways: Tensor, entropies: Tensor) -> Tensor:
    log_shares = torch.log_softmax(ways, dim=0)
    return (log_shares.exp() * (entropies - log_shares)).sum(dim=0)


def _moved(values: Tensor, places: int, fill: float) -> Tensor:
    return F.pad(values, (places, 0), value=fill)[:, : values.shape[1]]


def _at_the_end(forward: Tensor, entropy: Tensor, target_lengths: Tensor) -> Tensor:
    """Bring together the two places a path may end in: the last label, and the blank after it."""
    after = (2 * target_lengths).unsqueeze(1)
    ends = torch.cat([after, (after - 1).clamp(min=0)], dim=1)
    # A text without labels has one such place; it must not count twice.
    lone = torch.cat([torch.zeros_like(after), after == 0], dim=1).bool()
    ways = forward.gather(1, ends).masked_fill(lone, _NEVER)
    return _mixed(ways.t(), entropy.gather(1, ends).t())
