package dev.glis.wire.portal;

import dev.glis.apis.clients.Plan;
import dev.glis.apis.clients.Quota;
import dev.glis.apis.clients.Rate;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** What plans allow, in words. */
final class Limitations {
    private Limitations() {}

    static List<String> of(Plan plan) {
        var words = new ArrayList<String>();
        Rate rate = plan.rate();
        if (rate != null) {
            words.add(rate(rate));
        }
        Quota quota = plan.quota();
        if (quota != null) {
            words.add(
                    number(quota.requests())
                            + (quota.requests() == 1 ? " request a " : " requests a ")
                            + quota.period().name().toLowerCase(Locale.ROOT));
        }
        new TreeMap<>(plan.terms().routes())
                .forEach((route, each) -> words.add(route + ": " + rate(each)));
        return words.isEmpty() ? List.of("No limits") : words;
    }

    private static String rate(Rate rate) {
        return number(rate.perSecond())
                + (rate.perSecond() == 1 ? " request a second, " : " requests a second, ")
                + number(rate.burst())
                + " at once";
    }

    static String number(long number) {
        return number((double) number);
    }

    private static String number(double number) {
        return new DecimalFormat("#,##0.####", DecimalFormatSymbols.getInstance(Locale.ROOT))
                .format(number);
    }
}
