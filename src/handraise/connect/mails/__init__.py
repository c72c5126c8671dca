"""The mails that the product writes: to owners about hand-offs and clocks, to leads about their demo."""

from handraise.connect.mails.letters import demo_mail, handoff_mail, sla_breach_mail, sla_warning_mail

__all__ = ["demo_mail", "handoff_mail", "sla_breach_mail", "sla_warning_mail"]
