"""Quizzes in and out of the platform: one module per format."""
