"""FairMOT's losses and those of distillation, number by number, as their papers read.

Slow on purpose; arguments are nested lists or arrays. It shares no code with `animot`.
"""

from math import exp, log, sqrt


def sigmoid(x):
    return 1 / (1 + exp(-x))


def focal(heat, target):
    """Pixelwise logistic regression with focal weights 2 and 4, per object."""
    objects, total = 0, 0.0
    for image, image_target in zip(heat, target, strict=True):
        for row, row_target in zip(image, image_target, strict=True):
            for logit, t in zip(row, row_target, strict=True):
                p = sigmoid(logit)
                if t == 1:
                    objects += 1
                    total -= (1 - p) ** 2 * log(p)
                else:
                    total -= (1 - t) ** 4 * p**2 * log(1 - p)
    return total / max(objects, 1)


def l1(found, target, there):
    """Mean over objects and channels."""
    errors = []
    for b in range(len(there)):
        for k in range(len(there[b])):
            if there[b][k]:
                errors += [abs(x - y) for x, y in zip(found[b][k], target[b][k], strict=True)]
    return sum(errors) / len(errors) if errors else 0.0


def cross_entropy(embedding, identity, weight, bias):
    """Of softmax(weight x + bias), x = sqrt(2) ln(n - 1) times the direction of an embedding."""
    scale, losses = sqrt(2) * log(len(bias) - 1), []
    for b in range(len(identity)):
        for k in range(len(identity[b])):
            if identity[b][k] == -1:
                continue
            length = sqrt(sum(v**2 for v in embedding[b][k]))
            x = [scale * v / length for v in embedding[b][k]]
            logits = [
                sum(w * v for w, v in zip(row, x, strict=True)) + c
                for row, c in zip(weight, bias, strict=True)
            ]
            losses.append(log(sum(exp(z) for z in logits)) - logits[identity[b][k]])
    return sum(losses) / len(losses) if losses else 0.0


def balanced(detection, identity, s_detection, s_identity):
    return 0.5 * (
        exp(-s_detection) * detection + exp(-s_identity) * identity + s_detection + s_identity
    )


def vector(maps, y, x):
    return [channel[y][x] for channel in maps]


def squared_distance(a, b):
    return sum((u - v) ** 2 for u, v in zip(a, b, strict=True)) / len(a)


def cosine_distance(a, b):
    dot = sum(u * v for u, v in zip(a, b, strict=True))
    return 1 - dot / sqrt(sum(u * u for u in a) * sum(v * v for v in b))


def feature_difference(student, teacher, heat, g, distance):
    """L_feat."""
    images = []
    for b in range(len(heat)):
        total = weights = 0.0
        for y in range(len(heat[b])):
            for x in range(len(heat[b][y])):
                weight = 1 + g * heat[b][y][x]
                weights += weight
                total += weight * distance(vector(student[b], y, x), vector(teacher[b], y, x))
        images.append(total / weights)
    return sum(images) / len(images)


def attention(maps):
    """Q of one image: mean of squared channels, all cells as one vector of length 1."""
    height, width = len(maps[0]), len(maps[0][0])
    q = [
        sum(v * v for v in vector(maps, y, x)) / len(maps)
        for y in range(height)
        for x in range(width)
    ]
    length = sqrt(sum(v * v for v in q))
    return [v / length for v in q]


def attention_difference(students, teachers):
    """L_AT over stages and images."""
    stages = []
    for student, teacher in zip(students, teachers, strict=True):
        images = [
            squared_distance(attention(s), attention(t))
            for s, t in zip(student, teacher, strict=True)
        ]
        stages.append(sum(images) / len(images))
    return sum(stages) / len(stages)


def hints(students, teachers, weights, biases):
    """Mean squared error of a linear guess of each cell's vector."""
    stages = []
    for student, teacher, weight, bias in zip(students, teachers, weights, biases, strict=True):
        errors = []
        for s, t in zip(student, teacher, strict=True):
            for y in range(len(t[0])):
                for x in range(len(t[0][0])):
                    seen = vector(s, y, x)
                    guess = [
                        sum(w * v for w, v in zip(row, seen, strict=True)) + c
                        for row, c in zip(weight, bias, strict=True)
                    ]
                    errors.append(squared_distance(guess, vector(t, y, x)))
        stages.append(sum(errors) / len(errors))
    return sum(stages) / len(stages)
