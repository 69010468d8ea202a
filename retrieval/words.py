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
    would yes yet you your yours yourself yourselves s t d ll m re ve don didn doesn isn aren wasn weren wouldn couldn
    shouldn hasn haven hadn ain won't wont
    """.split()  # noqa: SIM905 (a column of words reads better than a list of literals)
)
"""Words that name nothing (the closed classes of Quirk et al., 1985, §2.39): too common to tell passages apart."""

_IRREGULAR = """
    arise arose arisen, awake awoke awoken, beat beaten, begin began begun, bend bent, bite bitten, blow blew blown,
    break broke broken, breed bred, bring brought, build built, burn burnt, buy bought, catch caught, choose chose
    chosen, cling clung, come came, creep crept, deal dealt, dig dug, draw drew drawn, dream dreamt, drink drank
    drunk, drive drove driven, eat ate eaten, feed fed, feel felt, fight fought, find found, flee fled, fly flew
    flown, forbid forbade forbidden, forget forgot forgotten, forgive forgave forgiven, freeze froze frozen, give gave
    given, go goes went gone, grow grew grown, hang hung, hear heard, hide hid hidden, hold held, keep kept, kneel
    knelt, know knew known, lead led, lean leant, leap leapt, learn learnt, lend lent, lose lost, make made, mean
    meant, meet met, mistake mistook mistaken, overcome overcame, overthrow overthrew overthrown, pay paid, prove
    proven, ride rode ridden, ring rang rung, rise risen, run ran, say said, see seen, seek sought, sell sold, send
    sent, sew sewn, shake shook shaken, shine shone, show shown, shoot shot, shrink shrank shrunk, sing sang sung,
    sink sank sunk, sit sat, sleep slept, slide slid, sow sown, speak spoke spoken, spend spent, spill spilt, spin
    spun, spoil spoilt, stand stood, steal stole stolen, stick stuck, strike struck stricken, strive strove striven,
    swear swore sworn, sweep swept, swim swam swum, swing swung, take took taken, teach taught, tear torn, tell told,
    think thought, throw threw thrown, undergo underwent undergone, understand understood, undertake undertook
    undertaken, wake woke woken, wear wore worn, weave wove woven, weep wept, win won, withdraw withdrew withdrawn,
    withhold withheld, write wrote written,
    analysis analyses, analyze analyse analysed analysing, child children, crisis crises, criterion criteria, foot
    feet, goose geese, half halves, hypothesis hypotheses, index indices, knife knives, loaf loaves, louse lice, man
    men, mouse mice, ox oxen, phenomenon phenomena, shelf shelves, thesis theses, thief thieves, tooth teeth, wife
    wives, wolf wolves, woman women,
    center centre, defense defence, gray grey, license licence, liter litre, maneuver manoeuvre, meter metre, offense
    offence, practice practise, program programme, theater theatre
"""
BASES = {form: base for base, *forms in map(str.split, _IRREGULAR.split(",")) for form in forms}
"""Irregular forms, and British spellings that no rule tells, each to the word it is a form of; those that are as often
another word (left, saw, rose, ground, leaves) stay themselves."""

ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBERS = {word: number for number, word in enumerate((*ONES, *_TEENS), 1)} | {
    word: tens * 10 for tens, word in enumerate(_TENS, 2)
}
"""The words for the whole numbers below a hundred that have one of their own, each with its number."""
