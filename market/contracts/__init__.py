"""Turnkey contracts (整装合同): one contract ties the job of a crew to the goods of its plan."""
