"""Holds a value against a JSON schema. Knows the keywords that the tools' schemas use and refuses the others, so a new keyword cannot
go unchecked.
"""
import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool}
ANNOTATIONS = {"$schema", "$defs", "title", "description"}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def equal(a, b):
    return type(a) is type(b) and a == b


def problems(schema, value, root, at="$"):
    """Everything that is wrong, as sentences."""
    out = []

    def fail(text):
        out.append("%s: %s" % (at, text))

    for key, wanted in schema.items():
        if key in ANNOTATIONS:
            continue
        if key == "$ref":
            target = root
            for part in wanted.removeprefix("#/").split("/"):
                target = target[part]
            out += problems(target, value, root, at)
        elif key == "type":
            names = wanted if isinstance(wanted, list) else [wanted]
            if not any(is_type(value, name) for name in names):
                fail("%r is no %s" % (value, wanted))
        elif key == "const":
            if not equal(value, wanted):
                fail("%r is not %r" % (value, wanted))
        elif key == "enum":
            if not any(equal(value, one) for one in wanted):
                fail("%r is none of %r" % (value, wanted))
        elif key == "oneOf":
            fitting = [one for one in wanted if not problems(one, value, root, at)]
            if len(fitting) != 1:
                fail("fits %d of the alternatives" % len(fitting))
        elif key == "pattern":
            if isinstance(value, str) and not re.search(wanted, value):
                fail("%r does not match %s" % (value, wanted))
        elif key in ("minimum", "maximum"):
            if is_type(value, "integer") and (value < wanted if key == "minimum" else value > wanted):
                fail("%r is beyond the %s %r" % (value, key, wanted))
        elif key == "minItems":
            if isinstance(value, list) and len(value) < wanted:
                fail("%d items, fewer than %d" % (len(value), wanted))
        elif key == "items":
            for index, item in enumerate(value if isinstance(value, list) else []):
                out += problems(wanted, item, root, "%s[%d]" % (at, index))
        elif key == "required":
            for name in wanted:
                if isinstance(value, dict) and name not in value:
                    fail("%s is not there" % name)
        elif key == "properties":
            for name, inner in wanted.items():
                if isinstance(value, dict) and name in value:
                    out += problems(inner, value[name], root, "%s.%s" % (at, name))
        elif key == "additionalProperties":
            assert wanted is False
            for name in value if isinstance(value, dict) else []:
                if name not in schema["properties"]:
                    fail("%s is not in the schema" % name)
        else:
            raise AssertionError("the validator does not know %r at %s" % (key, at))
    return out
