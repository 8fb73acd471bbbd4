package dev.glis.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.glis.accounts.Policy.Verdict;
import dev.glis.accounts.RequestContext.Caller;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for all patterns and all policies. */
final class PolicyPropertiesTest {
    /** One statement: its effect, and the letters of the action that it is about. */
    record Rule(boolean allow, String action) {}

    @Property(tries = 2_000)
    void wildcardsMatchAsTheRegularExpressionDoes(
            @ForAll("patterns") String pattern, @ForAll("words") String text) {
        boolean expected = Pattern.compile(regularExpression(pattern)).matcher(text).matches();

        assertEquals(expected, Glob.matches(Glob.compile(pattern), text));
    }

    @Property(tries = 500)
    void denyWinsInAnyOrderAndSilenceIsNotConsent(
            @ForAll("rules") List<Rule> rules, @ForAll("words") String action) {
        boolean denied = rules.stream().anyMatch(rule -> !rule.allow && applies(rule, action));
        boolean allowed = rules.stream().anyMatch(rule -> rule.allow && applies(rule, action));
        Verdict expected = denied ? Verdict.DENIED : allowed ? Verdict.ALLOWED : Verdict.SILENT;

        assertEquals(expected, verdict(rules, action));
        assertEquals(expected, verdict(rules.reversed(), action));
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars("ab*?").ofMaxLength(10);
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings().withChars("ab").ofMinLength(1).ofMaxLength(14);
    }

    @Provide
    Arbitrary<List<Rule>> rules() {
        Arbitrary<String> actions =
                Arbitraries.strings().withChars("ab*?").ofMinLength(1).ofMaxLength(5);
        return Combinators.combine(Arbitraries.of(true, false), actions)
                .as(Rule::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    private static Verdict verdict(List<Rule> rules, String action) {
        String statements =
                String.join(",", rules.stream().map(PolicyPropertiesTest::statement).toList());
        Policy policy = PolicyParser.identityPolicy("{\"Statement\":[" + statements + "]}");
        return policy.judge(
                RequestContext.of(new Caller.Anonymous(), "x:" + action, "*", Map.of()));
    }

    private static String statement(Rule rule) {
        return "{\"Effect\":\""
                + (rule.allow ? "Allow" : "Deny")
                + "\",\"Action\":\"x:"
                + rule.action
                + "\",\"Resource\":\"*\"}";
    }

    private static boolean applies(Rule rule, String action) {
        return Pattern.compile(regularExpression(rule.action)).matcher(action).matches();
    }

    private static String regularExpression(String pattern) {
        return pattern.replace("*", ".*").replace("?", ".");
    }
}
