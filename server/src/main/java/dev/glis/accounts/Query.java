package dev.glis.accounts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A query's parameters, decoded, one character a byte, in the order they came. */
record Query(List<Parameter> parameters) {
    /** One parameter; {@code a} and {@code a=} are the same. */
    record Parameter(String name, String value) {}

    private static final Comparator<Parameter> BY_ENCODED_NAME_AND_VALUE =
            Comparator.comparing(Parameter::name).thenComparing(Parameter::value);

    static Query parse(String rawQuery) {
        return parse(rawQuery, false);
    }

    static Query parse(String rawQuery, boolean plusIsSpace) {
        var parameters = new ArrayList<Parameter>();
        int from = 0;
        while (from < rawQuery.length()) {
            int end = rawQuery.indexOf('&', from);
            end = end < 0 ? rawQuery.length() : end;
            if (end > from) {
                parameters.add(parameter(rawQuery.substring(from, end), plusIsSpace));
            }
            from = end + 1;
        }
        return new Query(parameters);
    }

    /** The first value of this name, or null. */
    @Nullable String get(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name.equals(name)) {
                return parameter.value;
            }
        }
        return null;
    }

    /** As canonical requests have it: encoded anew, sorted, without one name. */
    void appendCanonical(StringBuilder out, String without) {
        var encoded = new ArrayList<Parameter>(parameters.size());
        for (Parameter parameter : parameters) {
            if (!parameter.name.equals(without)) {
                encoded.add(new Parameter(encode(parameter.name), encode(parameter.value)));
            }
        }
        encoded.sort(BY_ENCODED_NAME_AND_VALUE);
        for (int i = 0; i < encoded.size(); i++) {
            Parameter parameter = encoded.get(i);
            out.append(i == 0 ? "" : "&")
                    .append(parameter.name)
                    .append('=')
                    .append(parameter.value);
        }
    }

    private static String encode(String text) {
        var out = new StringBuilder(text.length() + 8);
        Percent.encode(out, text, false);
        return out.toString();
    }

    private static Parameter parameter(String text, boolean plusIsSpace) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        String value = equals < 0 ? "" : text.substring(equals + 1);
        return new Parameter(Percent.decode(name, plusIsSpace), Percent.decode(value, plusIsSpace));
    }
}
