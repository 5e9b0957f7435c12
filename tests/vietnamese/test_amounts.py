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
        ("rộng bao nhiêu ha", Size()),
    ],
)
def test_sizes_and_orders(text: str, size: Size) -> None:
    assert find_size(text) == size
