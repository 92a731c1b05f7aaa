"""The queue: what is claimed, by whom, in what order, and what happens when work goes wrong."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dam.models import Version
from processing import queue, steps, tasks
from processing.errors import InputError, TransientError
from processing.models import ErrorCategory, Job
from processing.signals import job_failed, queue_idle

State = Job.State


@pytest.fixture
def plan(monkeypatch):
    """A small pipeline of its own: first → left, right → last. Returns what was run."""
    monkeypatch.setattr(steps, "_steps", {})
    ran: list[tuple[str, list[int]]] = []

    def step(name, after=(), batch_size=1, run=None, **more):
        def work(versions):
            ran.append((name, [version.pk for version in versions]))
            if run:
                run(versions)

        steps.register(steps.Step(name, name, work, after, batch_size, **more))

    step("first")
    step("left", ("first",))
    step("right", ("first",))
    step("last", ("left", "right"))
    ran_and_step = type("Plan", (), {"ran": ran, "step": staticmethod(step)})
    return ran_and_step


@pytest.fixture
def version(asset_factory) -> Version:
    return asset_factory(state="processing").current_version


def job_of(version, step) -> Job:
    return Job.objects.get(version=version, step=step)


class TestPriority:
    def test_a_version_s_whole_way_keeps_it(self, plan, version, run_jobs):
        queue.start(version)
        queue.prioritise(version, 9)
        run_jobs()
        assert list(Job.objects.values_list("priority", flat=True)) == [9] * 4

    def test_trying_again_keeps_it(self, plan, version, run_jobs):
        def fail(_):
            raise InputError("It is torn.")

        plan.step("picky", ("last",), run=fail)
        queue.start(version)
        queue.prioritise(version, 2)
        run_jobs()
        assert queue.retry_failed() == 1
        assert job_of(version, "picky").priority == 2

    @pytest.mark.parametrize("priority", [0, 11, -1])
    def test_there_are_ten(self, plan, version, priority):
        queue.start(version)
        with pytest.raises(ValueError, match="1 to 10"):
            queue.prioritise(version, priority)


class TestPipeline:
    def test_each_step_runs_once_after_those_it_depends_on(self, plan, version, run_jobs):
        queue.start(version)
        assert run_jobs() == 4
        order = [name for name, _ in plan.ran]
        assert order[0] == "first"
        assert sorted(order[1:3]) == ["left", "right"]
        assert order[3] == "last"
        assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}

    def test_starting_twice_does_the_work_once(self, plan, version, run_jobs):
        queue.start(version)
        queue.start(version)
        run_jobs()
        queue.start(version)
        run_jobs()
        assert len(plan.ran) == 4

    def test_running_a_step_again_runs_what_builds_on_it_again(self, plan, version, run_jobs):
        queue.start(version)
        run_jobs()
        plan.ran.clear()
        assert queue.enqueue("left", version)
        run_jobs()
        assert [name for name, _ in plan.ran] == ["left", "last"]

    def test_enqueueing_what_is_queued_is_no_news(self, plan, version):
        assert queue.enqueue("left", version)
        assert not queue.enqueue("left", version)

    def test_an_unknown_step_is_an_error(self, plan, version):
        with pytest.raises(KeyError):
            queue.enqueue("paint", version)

    def test_many_at_once(self, plan, asset_factory, run_jobs):
        ids = [asset_factory().current_version.pk for _ in range(5)]
        assert queue.enqueue_many("left", ids) == 5
        assert queue.enqueue_many("left", ids) == 0
        run_jobs()
        assert queue.enqueue_many("left", ids) == 5

    def test_circles_are_refused(self, plan):
        plan.step("hen", ("egg",))
        plan.step("egg", ("hen",))
        with pytest.raises(ValueError, match="egg"):
            steps.known()


class TestClaiming:
    def test_priority_then_age(self, plan, asset_factory):
        versions = [asset_factory().current_version for _ in range(4)]
        for version, priority in zip(versions, (5, 9, 1, 9), strict=True):
            queue.enqueue("left", version, priority=priority)
        claimed = [queue.claim("w")[0].version_id for _ in range(4)]
        assert claimed == [versions[i].pk for i in (1, 3, 0, 2)]

    def test_batches_are_of_one_kind_and_bounded(self, plan, asset_factory):
        plan.step("embed", batch_size=3)
        for _ in range(5):
            queue.enqueue("embed", asset_factory().current_version)
        queue.enqueue("left", asset_factory().current_version, priority=9)
        sizes = [(jobs[0].step, len(jobs)) for jobs in (queue.claim("w") for _ in range(3))]
        assert sizes == [("left", 1), ("embed", 3), ("embed", 2)]

    def test_no_plan_of_the_database_claims_more_than_was_asked_for(self, plan, asset_factory):
        for _ in range(3):
            queue.enqueue("first", asset_factory().current_version)
            queue.enqueue("left", asset_factory().current_version)
        # The database believes that the table is all but empty, as after a vacuum at that moment.
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE pg_class SET reltuples = 0, relpages = 1 WHERE relname = 'processing_job'"
            )
        assert len(queue.claim("me")) == 1

    def test_a_delayed_job_is_not_claimed_early(self, plan, version):
        queue.enqueue("left", version)
        Job.objects.update(not_before=timezone.now() + timedelta(minutes=1))
        assert queue.claim("w") == []

    @pytest.mark.django_db(transaction=True)
    def test_many_workers_never_claim_the_same_job(self, plan, asset_factory):
        for _ in range(40):
            queue.enqueue("left", asset_factory().current_version)
        claimed: list[int] = []
        barrier = threading.Barrier(8)

        def work(name: str) -> None:
            barrier.wait()
            while jobs := queue.claim(name):
                claimed.extend(job.pk for job in jobs)
            connection.close()

        threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(claimed) == len(set(claimed)) == 40

    @pytest.mark.django_db(transaction=True)
    def test_two_branches_that_end_at_once_still_queue_what_follows(self, plan, asset_factory):
        for _ in range(5):
            version = asset_factory(state="processing").current_version
            for name in ("left", "right"):
                Job.objects.create(step=name, version=version)
            jobs = [queue.claim(f"w{n}")[0] for n in range(2)]
            barrier = threading.Barrier(2)

            def end(job, barrier=barrier):
                barrier.wait()
                queue.finish(job, milliseconds=1)
                connection.close()

            threads = [threading.Thread(target=end, args=(job,)) for job in jobs]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert job_of(version, "last").state == State.QUEUED
            Job.objects.all().delete()


class TestFailure:
    def test_a_bad_file_is_not_tried_again_and_says_why(self, plan, version, run_jobs):
        def refuse(_):
            raise InputError("It is torn.")

        plan.step("torn", run=refuse)
        queue.enqueue("torn", version)
        run_jobs()
        job = job_of(version, "torn")
        assert (job.state, job.attempts, job.error) == (State.FAILED, 1, "It is torn.")
        version.refresh_from_db()
        assert (version.state, version.state_reason) == ("refused", "It is torn.")

    def test_passing_trouble_is_tried_again_later_then_given_up(self, plan, version, run_jobs):
        def hiccup(_):
            raise TransientError("Not now.")

        plan.step("shy", run=hiccup)
        queue.enqueue("shy", version)
        for attempt in (1, 2):
            run_jobs()
            job = job_of(version, "shy")
            assert (job.state, job.attempts) == (State.QUEUED, attempt)
            assert job.not_before > timezone.now()
            Job.objects.update(not_before=None)
        run_jobs()
        job = job_of(version, "shy")
        assert (job.state, job.attempts) == (State.FAILED, 3)
        version.refresh_from_db()
        assert version.state == "refused"

    def test_a_failure_yields_to_a_newer_version(self, plan, version):
        Version.objects.filter(pk=version.pk).update(state="superseded")
        job = Job(step="first", version=version, error="Torn.", error_category="input")
        job_failed.send(Job, job=job)  # it knows the version as it was a moment ago
        version.refresh_from_db()
        assert version.state == "superseded"

    def test_our_own_faults_keep_the_details_for_us(self, plan, version, run_jobs, caplog):
        plan.step("buggy", run=lambda _: 1 / 0)
        queue.enqueue("buggy", version)
        run_jobs()
        job = job_of(version, "buggy")
        assert job.error_category == ErrorCategory.INTERNAL
        assert "ZeroDivisionError" in job.error_detail
        assert "division" not in job.error

    def test_one_bad_picture_costs_a_batch_only_itself(self, plan, asset_factory, run_jobs):
        bad = asset_factory(state="processing").current_version

        def look(versions):
            if bad in versions:
                raise InputError("Not this one.")

        plan.step("embed", batch_size=8, run=look)
        good = [asset_factory(state="processing").current_version for _ in range(4)]
        queue.enqueue_many("embed", [bad.pk, *(version.pk for version in good)])
        run_jobs()
        assert job_of(bad, "embed").state == State.FAILED
        assert {job_of(version, "embed").state for version in good} == {State.DONE}

    def test_retrying_brings_the_version_back(self, plan, version, run_jobs):
        trouble = [TransientError("Down."), None]

        def flaky(_):
            if error := trouble[0]:
                raise error

        plan.step("flaky", run=flaky)
        queue.enqueue("flaky", version)
        Job.objects.update(attempts=2)
        run_jobs()
        version.refresh_from_db()
        assert version.state == "refused"
        trouble[0] = None
        assert queue.retry_failed(ErrorCategory.INPUT) == 0
        assert queue.retry_failed(ErrorCategory.TRANSIENT) == 1
        version.refresh_from_db()
        assert version.state == "processing"
        run_jobs()
        assert job_of(version, "flaky").state == State.DONE


class TestLeases:
    def test_a_lost_lease_is_swept_and_the_attempt_counts(self, plan, version):
        queue.enqueue("left", version)
        (job,) = queue.claim("dead")
        assert queue.sweep() == 0
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert queue.sweep() == 1
        job.refresh_from_db()
        assert (job.state, job.attempts) == (State.QUEUED, 1)

    def test_a_job_that_keeps_killing_its_worker_ends(self, plan, version):
        queue.enqueue("left", version)
        for _ in range(queue.MAX_ATTEMPTS):
            Job.objects.update(not_before=None)
            assert queue.claim("victim")
            queue.release("victim")
        assert queue.claim("victim") == []
        assert job_of(version, "left").state == State.FAILED
        version.refresh_from_db()
        assert version.state == "refused"

    def test_who_lost_the_lease_can_neither_finish_nor_fail_the_job(self, plan, version):
        queue.enqueue("left", version)
        (late,) = queue.claim("late")
        queue.release("late")
        Job.objects.update(not_before=None)
        (now,) = queue.claim("now")
        assert not queue.finish(late, milliseconds=1)
        queue.fail(late, category=ErrorCategory.INPUT, sentence="Too late.")
        now.refresh_from_db()
        assert (now.state, now.worker) == (State.RUNNING, "now")
        assert queue.finish(now, milliseconds=1)


def test_idle_receivers_are_asked_until_they_have_nothing_more(plan, version, run_jobs):
    wanted = ["left", "right"]

    def more(**_):
        return bool(wanted) and queue.enqueue(wanted.pop(0), version)

    queue_idle.connect(more)
    try:
        tasks.work()
    finally:
        queue_idle.disconnect(more)
    assert [name for name, _ in plan.ran] == ["left", "right", "last"]


def test_counts(plan, version):
    queue.enqueue("left", version)
    assert queue.counts() == {"queued": 1, "running": 0, "done": 0, "failed": 0}
