"""English words by what they do in a sentence: the lists that need no model and no stemmer."""

STOP_WORDS = frozenset(
    """
    a about above across after again against all along also although always am among an and another any are around as
    at away back be became because become been before being below beneath between beyond both but by can cannot could
    did do does doing done down during each either else ever every except few for from further get gets got had has
    have having he hence her here hers herself him himself his how however i if in indeed into is it its itself just
    least less let lot lots many may me might mine more most much must my myself near neither no nor not now of off
    often on once one only onto or other others otherwise our ours ourselves out over own per perhaps please quite
    rather really same shall she should since so some somehow something sometimes somewhat soon still such than that
    the their theirs them themselves then there thereby therefore these they thing things this those though through
    throughout thus to together too toward towards under until up upon us very via was we well were what whatever when
    whenever where whereas wherever whether which whichever while who whoever whom whose why will with within without
    would yes yet you your yours yourself yourselves s t d ll m re ve don didn doesn isn aren wasn weren won wouldn
    couldn shouldn hasn haven hadn ain
    """.split()  # noqa: SIM905 (a column of words reads better than a list of literals)
)
"""Words that name nothing (the closed classes of Quirk et al., 1985, §2.39): too common to tell passages apart."""
