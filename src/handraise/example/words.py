"""Invented names. First names are ordinary, surnames are plain words: nobody real is meant."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    """
    Ada Alex Anna Anton Aylin Ben Carla Chloé Clara Daniel David Elena Elias Emma Eva Felix Finn
    Hanna Hugo Ines Jakob Jana Jonas José Julia Kim Lara Lea Leo Lina Lucía Luis Luise Maja Marie
    Mateo Max Maya Mia Nina Noah Nora Olivia Oscar Paul Pia Robin Rosa Sam Sara Selma Sofia Theo Tom
    Vera Yusuf Zoë
    """
)

SURNAMES = _words(
    """
    Example Sample Specimen Lantern Harbour Meadow Pebble Thimble Compass Willow Copper Maple Kettle
    Anchor Bramble Candle Feather Gravel Hazel Juniper Ledger Marble Orchard Paper Quill Ribbon
    Saddle Timber Umbrella Velvet Wicker Yarrow Almond Bellows Clover Driftwood Ember Fennel Granite
    Hollow Inkwell Jigsaw Kindling Lavender Mortar Nettle Oatmeal Parchment Rosemary Sandstone
    Teapot Varnish Whistle
    """
)

COMPANY_FIRST = _words(
    """
    Amber Birch Cobalt Dapple Ebony Fallow Garnet Hazel Indigo Jasper Kestrel Linden Marble Nimbus
    Ochre Pewter Quartz Russet Saffron Topaz Umber Velvet Willow Yarrow Zephyr Acorn Basil Cedar
    Damson Elder Fennel Ginger Heather Ivory Juniper Larch Maple Nutmeg Olive Poplar
    """
)

COMPANY_SECOND = _words(
    """
    Anchor Bridge Candle Delta Engine Ferry Gate Harbour Island Junction Kite Lantern Meadow Needle
    Orchard Pebble Quay River Signal Tower Umbrella Valley Wheel Yard Basin Castle Dune Field Grove
    Hill Ladder Mill Port Ridge Spring Terrace Vault Weaver Arch Brook
    """
)

COMPANY_THIRD = _words(
    """
    Works Systems Partners Labs Group Trading Logistics Studio Digital Supply Media Services
    Research Networks Foods Care Capital Energy Tools Travel Homes Textiles Print Machines Records
    Freight Press Gardens Optics Paints
    """
)

LEGAL_FORMS = {
    "DE": "GmbH",
    "AT": "GmbH",
    "CH": "AG",
    "FR": "SAS",
    "GB": "Ltd",
    "US": "Inc.",
    "ES": "S.L.",
    "PL": "sp. z o.o.",
    "IN": "Pvt Ltd",
    "BR": "Ltda",
}

REPS = ("Robin Placeholder", "Kim Sample", "Sam Specimen", "Alex Stencil", "Jo Pattern", "Chris Mockup")
"""The six invented sales people of Lumen Desk."""

COUNTRY_TYPED = {
    "DE": ("Germany", "DE", "Deutschland", "germany"),
    "AT": ("Austria", "AT", "Österreich"),
    "CH": ("Switzerland", "CH", "Schweiz"),
    "FR": ("France", "FR", "FRA"),
    "GB": ("United Kingdom", "GB", "UK", "England"),
    "US": ("United States", "US", "USA", "U.S."),
    "ES": ("Spain", "ES", "España"),
    "PL": ("Poland", "PL", "Polska"),
    "IN": ("India", "IN"),
    "BR": ("Brazil", "BR", "Brasil"),
}
"""How people type their country into the form; the first spelling is the usual one."""

PHONE_PATTERNS = {
    # blocks that the regulators keep free for films and books
    "DE": "+49 30 23125{:03d}",
    "FR": "01 99 00 {:02d} 12",
    "GB": "020 7946 0{:03d}",
    "US": "(212) 555-01{:02d}",
}
