from recovery_core._domain.attribution import Attribution
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.money import Money
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Remedy, RemedyKind
from recovery_core._domain.verdict import Action, Verdict

LATE = ServiceFailure("train late")


CASH = Remedy(RemedyKind.CASH, Money("5.00", "EUR"))


CARE = Remedy(RemedyKind.CARE)


REFUND = Remedy(RemedyKind.REFUND, Money("42.00", "EUR"))


FIRM, CUSTOMER = Attribution.to("firm"), Attribution.to("customer")


OFTEN = Verdict(action=Action.NOTE, reasons=(Reason("often", "too often"),))
