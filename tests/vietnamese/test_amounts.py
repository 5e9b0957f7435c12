from decimal import Decimal

import pytest

from vietnamese.amounts import Size, find_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("KCN nào trên 500 ha", Size(over=Decimal(500))),
        ("parks of more than 1,200 hectares", Size(over=Decimal(1200))),
        ("dưới 200,5 hecta", Size(under=Decimal("200.5"))),
        ("khu nào lớn nhất", Size(order="largest")),
        ("các khu mới thành lập", Size(order="newest")),
        ("khu nào lâu đời nhất", Size(order="oldest")),
        ("từ 200 đến 500 ha", Size(over=Decimal(200), under=Decimal(500))),
        ("between 200 and 500 ha", Size(over=Decimal(200), under=Decimal(500))),
        ("300 ha trở lên", Size(over=Decimal(300))),
        ("100 hectares or less", Size(under=Decimal(100))),
        ("top 3 KCN rộng nhất", Size(order="largest", count=3)),
        ("the three largest parks", Size(order="largest", count=3)),
        ("2 khu nhỏ nhất", Size(order="smallest", count=2)),
        ("3 khu ở An Dương", Size()),
        ("rộng bao nhiêu ha", Size()),
    ],
)
def test_sizes_and_orders(text: str, size: Size) -> None:
    assert find_size(text) == size
