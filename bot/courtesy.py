"""What is said to a person who asked nothing of the documents: a greeting, thanks, "help", or no word to search by.

Only a whole message counts: "hello kitty price" is a question.
"""

import re

from retrieval import searchable

LONGEST = 80  # characters of a message that may be nothing but a courtesy

_INVITE = "Ask about the documents, in a sentence or in key words."
_SELF = (
    "I answer questions about a set of documents, only in their own words, and say where each answer stands; "
    f"where they do not say, I say so. {_INVITE}"
)
_PHRASES = {
    f"Hello! {_INVITE}": """
        hello, hi, hey, hiya, howdy, yo, hallo, greetings, good morning, good afternoon, good evening, good day,
        how are you, how are you doing, how is it going, how's it going, what's up, whats up, sup, nice to meet
        you
    """,
    "You are welcome.": """
        thanks, thank you, thank u, thx, ty, cheers, many thanks, thanks for the help, thank you for the help,
        thanks for your help, thank you for your help, ok thanks, okay thanks, great thanks, perfect thanks, thanks
        that helped, that helped, that was helpful
    """,
    "Goodbye.": """
        bye, bye bye, goodbye, good bye, good night, see you, see you later, cya
    """,
    _SELF: """
        help, help me, i need help, can you help, can you help me, who are you, what are you, who is this, what
        is this, what's your name, what is your name, who made you, who built you, who created you, are you a
        bot, are you a robot, are you human, are you an ai, are you real, what can you do, what do you do, what
        can i ask, what can i ask you, what do you know, how do you work, how does this work, how do i use this,
        how to use this, commands
    """,
    "Say what you want to know more about: a person, a place, a thing or a date.": """
        more, tell me more, say more, what else, anything else, go on, continue, really
    """,
    f"I am here. {_INVITE}": """
        ping, test, are you there, you there, anyone there, anybody there
    """,
    "There is nothing to stop: I only answer when I am asked.": """
        stop, stop it, quit, exit, shut up, be quiet, shut down, go away
    """,
    f"All right. {_INVITE}": """
        ok, okay, k, yes, no, yep, nope, sure, good bot, well done, sorry, lol
    """,
}
_REPLIES = {" ".join(phrase.split()): reply for reply, phrases in _PHRASES.items() for phrase in phrases.split(",")}
_ADDRESS = re.compile(r"(?: (?:there|bot|all|everyone|everybody|please|again|a lot|so much|very much|now))+$")
_NO_WORD = "There is no word in that to search by: name a person, a place, a thing or a date."


def reply(message: str, *, follows: bool = False) -> str | None:
    """What to say to a message that asks nothing of the documents, in one line; None for a question.

    One that ``follows`` another need not have a word to search by: "why?", "and who?".
    """
    courtesy = None
    if len(message) <= LONGEST:
        words = " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)*", message.replace("’", "'").casefold()))
        courtesy = _REPLIES.get(words) or _REPLIES.get(_ADDRESS.sub("", words))
    return courtesy or (None if follows or searchable(message) else _NO_WORD)
