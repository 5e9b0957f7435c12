from __future__ import annotations

from benchmarks.knowledge_scale import merged, summary, table


def test_the_table_compares_with_the_smallest_size_of_the_same_database() -> None:
    result: dict[str, list[dict[str, object]]] = {"runs": []}
    for database, entries, p95 in (
        ("postgresql", 1000, 40.0),
        ("sqlite", 10_000, 30.0),
        ("sqlite", 1000, 9.0),
        ("sqlite", 1000, 10.0),
    ):
        names = (
            "targets",
            "words",
            "p50_ms",
            "cpu_p50_ms",
            "typo_cpu_p95_ms",
            "memory_mb",
            "load_s",
            "disk_mb",
        )
        run: dict[str, object] = {**dict.fromkeys(names, 1), "database": database, "entries": entries}
        result = merged(result, {**run, "p95_ms": p95, "cpu_p95_ms": p95 / 2, "top1": 1})
    rows = [line.split(" | ") for line in table(result["runs"]).splitlines()[2:]]
    assert [(row[0].strip("| "), row[1], row[6], row[9]) for row in rows] == [
        ("sqlite", "1,000", "1.0", "1.0"),
        ("sqlite", "10,000", "3.0", "3.0"),
        ("postgresql", "1,000", "1.0", "1.0"),
    ]


def test_the_summary_tells_mistyped_questions_apart() -> None:
    rows = [
        {"ms": 2.0 * n, "cpu_ms": float(n), "typed": "typo bare" if n > 90 else "plain", "top1": n > 50}
        for n in range(101)
    ]
    found = summary(rows)
    assert (found["p50_ms"], found["p95_ms"]) == (100.0, 190.0)
    assert (found["cpu_p50_ms"], found["cpu_p95_ms"], found["typo_cpu_p95_ms"]) == (50.0, 95.0, 99.5)
    assert found["top1"] == round(50 / 101, 3)
