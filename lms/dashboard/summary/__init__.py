"""What my page shows, read from the ledgers below in a constant number of queries; nothing is written.

`page` puts it together; `learner`, `teaching`, `glance` and `committee` are one board each; `week`, `quiet`,
`next_step`, `attendance` and `missing` are rules and words without a query.
"""

from lms.dashboard.summary.page import MyPage, my_page

__all__ = ["MyPage", "my_page"]
