"""What my page shows, read from the ledgers below in a constant number of queries; nothing is written."""

from lms.dashboard.summary.learner import LearnerBoard, learner_board
from lms.dashboard.summary.staff import StaffBoard, staff_board

__all__ = ["LearnerBoard", "StaffBoard", "learner_board", "staff_board"]
