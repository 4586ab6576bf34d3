"""Distillation: how far a student's frames are from a teacher's."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from speechrnn.losses.distill import distillation_losses


def scores(time: int, batch: int, vocab: int, seed: int) -> Tensor:
    """Log-probabilities `(time, batch, vocab)`."""
    drawn = torch.randn(time, batch, vocab, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return torch.log_softmax(2 * drawn, dim=2)


def test_one_frame_is_worked_by_hand() -> None:
    teacher, student = torch.tensor([[[0.5, 0.5]]]).log(), torch.tensor([[[0.25, 0.75]]]).log()
    losses = distillation_losses(student, teacher, torch.tensor([1]), 1.0)
    assert losses.tolist() == pytest.approx([0.5 * math.log(2) + 0.5 * math.log(2 / 3)])


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_it_is_torchs_divergence_of_the_flattened_distributions(temperature: float) -> None:
    student, teacher = scores(7, 3, 5, seed=0), scores(7, 3, 5, seed=1)
    flat = [(each / temperature).softmax(dim=2) for each in (student, teacher)]
    expected = temperature**2 * functional.kl_div(flat[0].log(), flat[1], reduction="none").sum(dim=(0, 2))
    losses = distillation_losses(student, teacher, torch.tensor([7, 7, 7]), temperature)
    torch.testing.assert_close(losses, expected)
    assert (losses > 0).all()


def test_a_student_that_is_its_teacher_has_nothing_to_learn() -> None:
    student = scores(4, 2, 3, seed=0).requires_grad_()
    losses = distillation_losses(student, student, torch.tensor([4, 4]), 2.0)
    losses.sum().backward()
    torch.testing.assert_close(losses.detach(), torch.zeros(2, dtype=torch.float64))
    assert student.grad is not None
    torch.testing.assert_close(student.grad, torch.zeros_like(student))


def test_frames_past_the_length_count_for_nothing() -> None:
    student, teacher = scores(6, 2, 4, seed=0), scores(6, 2, 4, seed=1)
    losses = distillation_losses(student, teacher, torch.tensor([4, 6]), 1.0)
    cut = distillation_losses(student[:4, :1], teacher[:4, :1], torch.tensor([4]), 1.0)
    torch.testing.assert_close(losses[:1], cut)
    assert distillation_losses(student, teacher, torch.tensor([0, 0]), 1.0).tolist() == [0, 0]


def test_at_temperature_one_the_gradient_is_student_minus_teacher() -> None:
    logits, teacher = scores(5, 2, 4, seed=0).requires_grad_(), scores(5, 2, 4, seed=1).requires_grad_()
    distillation_losses(logits.log_softmax(dim=2), teacher, torch.tensor([5, 5]), 1.0).sum().backward()
    assert logits.grad is not None
    torch.testing.assert_close(logits.grad, logits.detach().exp() - teacher.detach().exp())
    assert teacher.grad is None


def test_the_gradient_is_that_of_differences() -> None:
    student, teacher = scores(3, 2, 3, seed=0).requires_grad_(), scores(3, 2, 3, seed=1)
    assert torch.autograd.gradcheck(lambda s: distillation_losses(s, teacher, torch.tensor([3, 2]), 1.7), student)
