"""How a case goes through the halls, from the application to the certificate.

About 95 of 100 cases end in time. The others are late, extended without the right approver, paused too long
or without a basis, deemed accepted, or reopened, each in a few of a hundred or of a thousand.
"""

from typing import Final

from domain.instants import HOUR, SECOND
from producers.chance import happens, minutes
from producers.county import BASIS, Hall, Item
from producers.diary import Diary

OVERDUE: Final = 0.06
INSTANT_OVERDUE: Final = 0.03
_MATERIALS: Final = ("申请表", "身份证明", "相关证明材料")


def live(diary: Diary, hall: Hall, item: Item, begin: int, *, online: bool) -> None:
    """Write the whole life of a case that begins at `begin`."""
    chance = diary.chance
    applicant = f"p-{chance.getrandbits(40):010x}"
    channel = chance.choice(("online", "online", "mobile")) if online else "window"
    if hall.level == "village":
        diary.write("agency.opened", begin, agent=_clerk(diary, hall), item=item.item, point=hall.hall, fee=0)
    diary.write(
        "case.applied", begin, item=item.item, hall=hall.hall, channel=channel, applicant_ref=applicant
    )
    received = _receive(diary, hall, item, begin, online=online)
    if received is None:
        return
    accepted = _accept(diary, hall, item, received, online=online)
    if item.fee:
        paid = diary.work(accepted, chance.uniform(0.02, 0.2))
        fee = {"fee_item": f"{item.title}费", "standard": item.fee, "quantity": 1, "amount": item.fee}
        diary.write("case.fee_assessed", accepted + 20 * SECOND, **fee)
        diary.write("case.fee_collected", paid, receipt_no=f"F{chance.randrange(10**8):08}", **fee)
    if happens(chance, 0.012):
        diary.write("case.withdrawn", diary.work(accepted, chance.uniform(1, 9)), reason="申请人撤回申请")
        return
    if item.kind == "instant":
        _handle_at_once(diary, item, accepted)
    else:
        _handle(diary, hall, item, accepted)


def _receive(diary: Diary, hall: Hall, item: Item, begin: int, *, online: bool) -> int | None:
    """Take the materials, asking for what is missing; when the case was received whole, None if refused."""
    chance = diary.chance
    incomplete = item.kind == "promise" and happens(chance, 0.1)
    received = begin + minutes(chance, 0.3, 4)
    if not online:
        diary.write(
            "case.materials_received", received, item=item.item, hall=hall.hall, complete=not incomplete,
            receipt_no=f"S{chance.randrange(10**8):08}", materials=list(_MATERIALS),
        )  # fmt: skip
    if happens(chance, 0.015):
        diary.write(
            "case.not_accepted", diary.work(received, chance.uniform(0.1, 6)), reason="不属于本机关职权范围",
            remedy="可依法申请行政复议", document_no=f"B{chance.randrange(10**6):06}",
        )  # fmt: skip
        return None
    if incomplete:
        asked = diary.work(received, chance.uniform(0.1, 3))
        diary.write(
            "case.correction_requested", asked, document_no=f"Z{chance.randrange(10**6):06}", round=1,
            materials=[_MATERIALS[2]],
        )  # fmt: skip
        received = diary.work_days(asked, chance.uniform(0.5, 4))
        diary.write("case.correction_submitted", received, materials=[_MATERIALS[2]])
    return received


def _accept(diary: Diary, hall: Hall, item: Item, received: int, *, online: bool) -> int:
    chance = diary.chance
    if happens(chance, 0.004):
        accepted = diary.work_days(received, chance.uniform(6.5, 9))
    elif online:
        accepted = diary.work(received, chance.uniform(0.2, 6))
    else:
        accepted = diary.work(received, chance.uniform(0.05, 0.4))
    diary.write(
        "case.accepted", accepted, item=item.item, hall=hall.hall, window=f"{chance.randint(1, 12)}",
        department=item.department, officer=_clerk(diary, hall), kind=item.kind, mode=item.mode,
        document_no=f"SL{chance.randrange(10**8):08}",
    )  # fmt: skip
    return accepted


def _handle_at_once(diary: Diary, item: Item, accepted: int) -> None:
    chance = diary.chance
    calendar = diary.calendar
    closes = calendar.close(calendar.next_working_day(calendar.day_of(accepted))) or accepted
    done = diary.work(accepted, chance.uniform(0.05, 0.7))
    if happens(chance, INSTANT_OVERDUE):
        done = diary.work(closes, chance.uniform(0.2, 9))
    elif done >= closes:
        done = max(accepted + SECOND, closes - minutes(chance, 0.2, 3))
    _finish(diary, item, done, refused=False)


def _handle(diary: Diary, hall: Hall, item: Item, accepted: int) -> None:
    """The way of a promised matter: transfer, stages or branches, pauses, decision, delivery."""
    chance = diary.chance
    officer = f"{_key(hall)}-b{chance.randint(1, 20):02}"
    to_hall = hall.parent if hall.level == "village" else None
    at = diary.work(accepted, chance.uniform(0.05, 0.5))
    diary.write(
        "case.transferred", at, from_hall=hall.hall if to_hall else None, to_hall=to_hall,
        from_department="综合受理", to_department=item.department, to_officer=officer, carrier="internal",
    )  # fmt: skip
    if to_hall:
        diary.write("agency.handed_over", at, agent=_clerk(diary, hall), item=item.item, point=hall.hall)
    nominal = diary.calendar.nominal_day(diary.calendar.day_of(accepted)) / HOUR
    limit = item.promised
    hours = float(limit.amount) * (nominal if limit.unit == "working_day" else 1)
    late = happens(chance, OVERDUE)
    if late:
        over = chance.expovariate(0.01 if happens(chance, 0.15) else 0.12)
        end = diary.work(accepted, hours + (nominal if limit.unit == "working_day" else 0) + over)
    else:
        end = diary.work(accepted, hours * (0.08 + 0.8 * chance.betavariate(2, 2.4)))
    stages, at = _stages(diary, item, at, end, officer)
    if item.branches:
        at = _branches(diary, item, at, hours)
    if item.mode == "forward_up":
        diary.write("case.forwarded_up", at, organ="市级主管部门", limit="10 working_day")
        at = diary.work_days(at, chance.uniform(2, 8))
        diary.write("case.superior_replied", at, organ="市级主管部门")
    if late and happens(chance, 0.3):
        _extend(diary, at)
    wrong = diary.write("case.completed", at, result="approved") if happens(chance, 0.003) else None
    if wrong is not None:
        diary.retract(wrong, at)
    if happens(chance, 0.004):
        diary.write("case.voided", at, reason="重复申请")
        return
    # What was added by pauses and returns moves the end; nobody decides before the last stage is done.
    done = max(at, diary.work(end, stages))
    _finish(diary, item, done, refused=happens(chance, 0.03))
    if to_hall:
        diary.write("agency.completed", done, agent=_clerk(diary, hall), item=item.item, point=hall.hall)


def _stages(diary: Diary, item: Item, at: int, end: int, officer: str) -> tuple[float, int]:
    """The stages from `at` to about `end`: open hours that pauses added, and where the last ended."""
    chance = diary.chance
    calendar = diary.calendar
    added = 0.0
    span = max(0.2, calendar.open_between(at, end) / HOUR)
    for index, (stage, _) in enumerate(item.stages):
        share = span / len(item.stages)
        diary.write("case.stage_started", at, stage=stage, department=item.department, officer=officer)
        at = diary.work(at, share * chance.uniform(0.15, 0.6))
        if item.pauses and index == 0 and happens(chance, 0.3):
            before, at = at, _pause(diary, item, at)
            added += calendar.open_between(before, at) / HOUR
            at = diary.work(at, share * 0.1)
        if index > 0 and happens(chance, 0.06):
            first = item.stages[0][0]
            diary.write("case.returned", at, to_stage=first, reason="补充审查意见")
            diary.write("case.stage_started", at, stage=first, department=item.department, officer=officer)
            at = diary.work(at, share * chance.uniform(0.1, 0.3))
            diary.write("case.stage_completed", at, stage=first, officer=officer, opinion="同意")
            diary.write("case.stage_started", at, stage=stage, department=item.department, officer=officer)
            at = diary.work(at, share * 0.1)
        diary.write(
            "case.stage_completed", at, stage=stage, officer=officer, opinion="同意", result="approved"
        )
    return added, at


def _pause(diary: Diary, item: Item, at: int) -> int:
    """A special procedure with notice and approver; when it ended."""
    chance = diary.chance
    kind, longest = item.pauses[chance.randrange(len(item.pauses))]
    days = max(1, int(int(longest.split()[0]) * chance.uniform(0.3, 0.8)))
    span = f"{diary.case}-p{len(diary.events)}"
    lawful = not happens(chance, 0.05)
    diary.write(
        "case.suspended", at, kind=kind if lawful else "other", span=span, basis=BASIS if lawful else None,
        approver="organ-head-01" if lawful else None, approved_limit=f"{days} working_day",
        notice_no=f"TZ{chance.randrange(10**6):06}" if lawful else None,
    )  # fmt: skip
    over = happens(chance, 0.06)
    at = diary.work_days(at, days * chance.uniform(0.4, 0.9) if not over else days + chance.uniform(1.2, 4))
    diary.write("case.resumed", at, kind=kind if lawful else "other", span=span)
    return at


def _branches(diary: Diary, item: Item, at: int, hours: float) -> int:
    """Departments side by side; when the last of them is done."""
    chance = diary.chance
    ends = []
    for index, department in enumerate(item.branches):
        branch = f"{index + 1}-{department}"
        diary.write(
            "case.branch_opened", at, branch=branch, department=department, lead=item.department,
            limit="10 working_day", notice_no=f"BL{chance.randrange(10**6):06}",
        )  # fmt: skip
        ends.append(diary.work(at, hours * chance.uniform(0.1, 0.5)))
        diary.write("case.branch_closed", ends[-1], branch=branch)
    return max(ends)


def _extend(diary: Diary, at: int) -> None:
    lawful = not happens(diary.chance, 0.15)
    diary.write(
        "case.extended", at, extension=f"{diary.case}-x1", limit="5 working_day", reason="案情复杂",
        approver="organ-head-01" if lawful else "officer-07",
        approver_rank="organ_head" if lawful else "officer",
        notice_no=f"YQ{diary.chance.randrange(10**6):06}" if lawful else None,
    )  # fmt: skip


def _finish(diary: Diary, item: Item, done: int, *, refused: bool) -> None:
    """Decision, completion and delivery; now and then the case is opened again."""
    chance = diary.chance
    outcome = "refuse" if refused else "approve"
    number = f"{chance.randrange(10**8):08}"
    diary.write(
        "case.decided", done, outcome=outcome, decision_no=f"JD{number}",
        reason="不符合法定条件" if refused else None,
        remedy="可依法申请行政复议或者提起行政诉讼" if refused else None,
    )  # fmt: skip
    diary.write_wrongly(
        "case.completed", done + SECOND, result="refused" if refused else "approved",
        certificate_no=None if refused else f"ZZ{number}",
    )  # fmt: skip
    if item.kind == "instant" or happens(chance, 0.3):
        delivered = done + minutes(chance, 0.2, 3)
    elif happens(chance, 0.015):
        delivered = diary.work_days(done, chance.uniform(11, 13))
    else:
        delivered = diary.work_days(done, chance.uniform(0.1, 5))
    diary.write(
        "case.delivered",
        delivered,
        mode=chance.choice(("window", "mail", "self_service")),
        receiver="applicant",
    )
    if item.kind == "promise" and happens(chance, 0.003):
        again = diary.work_days(delivered, chance.uniform(0.5, 3))
        diary.write("case.reopened", again, reason="审批结果有误，重新办理")
        diary.write("case.completed", diary.work(again, chance.uniform(0.5, 3)), result="approved")


def _key(hall: Hall) -> str:
    return f"s-{hall.hall}"


def _clerk(diary: Diary, hall: Hall) -> str:
    """One of the hall's people: a county hall has more of them than a village."""
    people = {"county": 24, "sub_center": 12, "township": 6, "village": 2}[hall.level]
    return f"{_key(hall)}-w{diary.chance.randint(1, people):02}"
