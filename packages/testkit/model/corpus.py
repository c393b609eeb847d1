"""The made-up text that the tiny model learned: ten capitals, small sums, template stories, greetings.

Everything comes from one seeded generator, so the same calls in the same order give the same text anywhere.
"""

import random

NAMES = "Ada Ben Cleo Dan Eva Finn Gus Hana Ivan Juno Kim Leo Mia Nora Otto Pia".split()
ANIMALS = "cat dog fox hen owl goat duck mouse frog horse".split()
PLACES = [
    "the garden",
    "the river",
    "the old mill",
    "the market",
    "the forest",
    "the beach",
    "the school",
    "the kitchen",
]
THINGS = [
    "red ball",
    "blue kite",
    "wooden box",
    "small lamp",
    "green hat",
    "warm coat",
    "silver key",
    "paper boat",
]
MOODS = "happy sad tired brave curious quiet proud hungry".split()
CAPITALS = {
    "France": "Paris",
    "Italy": "Rome",
    "Spain": "Madrid",
    "Japan": "Tokyo",
    "Egypt": "Cairo",
    "Norway": "Oslo",
    "Peru": "Lima",
    "Greece": "Athens",
    "Kenya": "Nairobi",
    "Poland": "Warsaw",
}


class Corpus:
    def __init__(self, seed=7):
        self.random = random.Random(seed)

    def documents(self, count):
        """Yields `count` pairs of question and answer; the question is None for a story that nobody asked for."""
        for _ in range(count):
            if self.random.random() < 0.75:
                yield self.question_and_answer()
            else:
                yield None, self.story()

    def question_and_answer(self):
        pick = self.random.choice
        kind = self.random.randrange(6)
        if kind == 0:
            country = pick(list(CAPITALS))
            return (
                f"What is the capital of {country}?",
                f"The capital of {country} is {CAPITALS[country]}.",
            )
        if kind == 1:
            asked = ["Tell me a story.", "Write a short story.", "Tell me a short story please."]
            return pick(asked), self.story()
        if kind == 2:
            left, right = self.random.randrange(10), self.random.randrange(10)
            return f"What is {left} plus {right}?", f"{left} plus {right} is {left + right}."
        if kind == 3:
            asked = ["Hello!", "Hi", "Hello there", "Say hello."]
            answers = ["Hello! How can I help you today?", "Hi! What would you like to talk about?"]
            return pick(asked), pick(answers)
        if kind == 4:
            animal = pick(ANIMALS)
            return f"Tell me a story about a {animal}.", self.story().replace("cat", animal)
        return (
            "Who are you?",
            "I am a very small language model, trained from scratch on made-up text.",
        )

    def story(self):
        pick = self.random.choice
        name, friend = self.random.sample(NAMES, 2)
        animal, place, thing, mood = pick(ANIMALS), pick(PLACES), pick(THINGS), pick(MOODS)
        parts = [
            [
                f"Once upon a time, {name} and a {animal} went to {place}.",
                f"One day, {name} was walking near {place} with a {animal}.",
            ],
            [f"{name} found a {thing} there.", f"They saw a {thing} under a tree."],
            [
                f"The {animal} was very {mood} and wanted to play.",
                f"{friend} came along and asked to share the {thing}.",
            ],
            [
                f"{name} said yes, and they all played until the sun went down.",
                f"In the end, {name} gave the {thing} to {friend}, and everyone was happy.",
                f"They took the {thing} home and slept well.",
            ],
        ]
        return " ".join(pick(sentences) for sentences in parts)
