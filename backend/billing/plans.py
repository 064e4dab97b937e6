"""The plans there are; an account that pays for none is on the free one."""

FREE_PLAN = "free"
