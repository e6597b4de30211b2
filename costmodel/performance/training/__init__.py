"""Training: time of a step, of a run, and the memory it takes."""

from costmodel.performance.training.run import TrainingResult, train

__all__ = ["TrainingResult", "train"]
