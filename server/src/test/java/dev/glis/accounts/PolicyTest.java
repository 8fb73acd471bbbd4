package dev.glis.accounts;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AWS's policy language: what is allowed, what is denied, what is refused when it is written. */
final class PolicyTest {
    private static final String ACCOUNT = "111122223333";
    private static final String OTHER = "999988887777";
    private static final String FUNCTION =
            "arn:aws:lambda:us-east-1:" + ACCOUNT + ":function:orders";
    private static final String INVOKE = "lambda:InvokeFunction";
    private static final Principal ROOT = principal(ACCOUNT, ":root");
    private static final Principal ALICE = principal(ACCOUNT, ":user/alice");
    private static final Principal FOREIGN_ROOT = principal(OTHER, ":root");
    private static final Principal FOREIGN_USER = principal(OTHER, ":user/bob");

    @Test
    void theRootMayDoEverythingInItsOwnAccountOnly() {
        var authorizer = authorizer("");

        assertDoesNotThrow(() -> authorizer.require(ROOT, INVOKE, FUNCTION, null, Map.of()));
        Fault fault =
                assertThrows(
                        Fault.class,
                        () -> authorizer.require(FOREIGN_ROOT, INVOKE, FUNCTION, null, Map.of()));
        assertEquals("access-denied", fault.code());
        assertEquals(
                "User: arn:aws:iam::999988887777:root is not authorized to perform:"
                        + " lambda:InvokeFunction on resource: "
                        + FUNCTION
                        + " because no resource-based policy allows the lambda:InvokeFunction"
                        + " action",
                fault.text());
    }

    @Test
    void usersMayDoNothingUntilAPolicyAllowsIt() {
        Fault fault =
                assertThrows(
                        Fault.class,
                        () -> authorizer("").require(ALICE, INVOKE, FUNCTION, null, Map.of()));

        assertTrue(
                fault.text()
                        .endsWith(
                                "because no identity-based policy allows the"
                                        + " lambda:InvokeFunction action"),
                fault.text());
    }

    @ParameterizedTest
    @CsvSource({
        "lambda:InvokeFunction, arn:aws:lambda:us-east-1:111122223333:function:orders, true",
        "lambda:invokefunction, arn:aws:lambda:us-east-1:111122223333:function:orders, true",
        "lambda:Invoke*, arn:aws:lambda:*:*:function:ord?rs, true",
        "lambda:*, '*', true",
        "'*', '*', true",
        "lambda:GetFunction, '*', false",
        "lambda:InvokeFunction, arn:aws:lambda:us-east-1:111122223333:function:orders2, false",
        "lambda:InvokeFunction, arn:aws:lambda:us-east-1:111122223333:function:Orders, false",
        "lambda:Invoke, '*', false",
    })
    void matchesActionsAndResources(String action, String resource, boolean allowed) {
        var authorizer = authorizer(allow(action, resource, ""));

        assertEquals(allowed, isAllowed(authorizer, ALICE, null, Map.of()));
    }

    @Test
    void notActionAndNotResourceMeanEverythingElse() {
        var others =
                authorizer(
                        """
                        {"Effect":"Allow","NotAction":"s3:*","NotResource":"arn:aws:s3:::secret"}
                        """);
        var these =
                authorizer(
                        """
                        {"Effect":"Allow","NotAction":"lambda:*","Resource":"*"}
                        """);

        assertTrue(isAllowed(others, ALICE, null, Map.of()));
        assertFalse(isAllowed(these, ALICE, null, Map.of()));
    }

    @Test
    void anExplicitDenyWinsWhereverItStands() {
        var denying =
                authorizer(
                        allow("*", "*", "")
                                + ","
                                + "{\"Effect\":\"Deny\",\"Action\":\"lambda:Invoke*\",\"Resource\":\"*\"}");
        var allowing = authorizer(allow("*", "*", ""));

        Fault byIdentity =
                assertThrows(
                        Fault.class,
                        () -> denying.require(ALICE, INVOKE, FUNCTION, null, Map.of()));
        Fault byResource =
                assertThrows(
                        Fault.class,
                        () ->
                                allowing.require(
                                        ALICE,
                                        INVOKE,
                                        FUNCTION,
                                        resource("Deny", "\"*\""),
                                        Map.of()));

        assertTrue(byIdentity.text().endsWith("with an explicit deny in an identity-based policy"));
        assertTrue(byResource.text().endsWith("with an explicit deny in a resource-based policy"));
    }

    @Test
    void aResourcesPolicyAdmitsUsersOfItsOwnAccountByName() {
        String byName = resource("Allow", "{\"AWS\":\"" + ALICE.arn() + "\"}");
        String byAccount = resource("Allow", "{\"AWS\":\"" + ACCOUNT + "\"}");

        assertTrue(isAllowed(authorizer(""), ALICE, byName, Map.of()));
        assertFalse(isAllowed(authorizer(""), ALICE, byAccount, Map.of()));
    }

    @Test
    void anotherAccountNeedsTheResourcesPolicyAndItsUsersTheirOwnToo() {
        String policy = resource("Allow", "{\"AWS\":\"arn:aws:iam::" + OTHER + ":root\"}");
        var without = authorizer("");
        var with = authorizer(allow("lambda:*", "*", ""));

        assertTrue(isAllowed(without, FOREIGN_ROOT, policy, Map.of()));
        assertFalse(isAllowed(without, FOREIGN_USER, policy, Map.of()));
        assertTrue(isAllowed(with, FOREIGN_USER, policy, Map.of()));
        assertFalse(isAllowed(with, FOREIGN_USER, null, Map.of()));
    }

    @Test
    void admitsServicesAndAnonymousCallersOnlyWhenTheyAreMeant() {
        String toService =
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                "Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",
                "Resource":"*","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"},
                "StringEquals":{"AWS:SourceAccount":"111122223333"}}}]}
                """;
        var authorizer = authorizer("");
        var right = Map.of("aws:SourceArn", "arn:aws:s3:::photos", "aws:SourceAccount", ACCOUNT);
        var wrong = Map.of("aws:SourceArn", "arn:aws:s3:::others", "aws:SourceAccount", ACCOUNT);

        assertTrue(authorizer.allows("s3.amazonaws.com", INVOKE, FUNCTION, toService, right));
        assertFalse(authorizer.allows("s3.amazonaws.com", INVOKE, FUNCTION, toService, wrong));
        assertFalse(authorizer.allows("s3.amazonaws.com", INVOKE, FUNCTION, toService, Map.of()));
        assertFalse(authorizer.allows("sns.amazonaws.com", INVOKE, FUNCTION, toService, right));
        assertFalse(authorizer.allows("*", INVOKE, FUNCTION, toService, right));
        assertTrue(authorizer.allows("*", INVOKE, FUNCTION, resource("Allow", "\"*\""), Map.of()));
        assertFalse(authorizer.allows("*", INVOKE, FUNCTION, null, Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "StringEquals | aws:x | \"a\" | a | true",
                "StringEquals | aws:x | \"a\" | A | false",
                "StringEquals | AWS:X | [\"b\",\"a\"] | a | true",
                "StringEquals | aws:x | \"a*\" | abc | false",
                "StringNotEquals | aws:x | [\"b\",\"a\"] | a | false",
                "StringNotEquals | aws:missing | \"a\" | a | true",
                "StringEquals | aws:missing | \"a\" | a | false",
                "StringEqualsIfExists | aws:missing | \"a\" | a | true",
                "StringEqualsIgnoreCase | aws:x | \"ABC\" | abc | true",
                "StringLike | aws:x | \"a*c?\" | abbcd | true",
                "StringNotLike | aws:x | \"a*\" | abc | false",
                "ForAnyValue:StringEquals | aws:missing | \"a\" | a | false",
                "ForAllValues:StringEquals | aws:missing | \"a\" | a | true",
                "NumericLessThan | aws:x | 10 | 9.5 | true",
                "NumericGreaterThanEquals | aws:x | \"10\" | 9 | false",
                "NumericEquals | aws:x | 10 | 10.0 | true",
                "DateLessThan | aws:CurrentTime | \"2020-01-01T00:00:00Z\" | - | false",
                "DateGreaterThan | aws:CurrentTime | \"2020-01-01T00:00:00Z\" | - | true",
                "Bool | aws:x | true | TRUE | true",
                "Bool | aws:x | \"true\" | false | false",
                "IpAddress | aws:x | \"10.1.0.0/16\" | 10.1.200.3 | true",
                "IpAddress | aws:x | \"10.1.0.0/16\" | 10.2.0.1 | false",
                "IpAddress | aws:x | \"2001:db8::/32\" | 2001:db8::1 | true",
                "NotIpAddress | aws:x | \"10.1.0.0/16\" | 10.1.200.3 | false",
                "ArnLike | aws:x | \"arn:aws:s3:*:*:photo*\" | arn:aws:s3:::photos/a | true",
                "ArnNotEquals | aws:x | \"arn:aws:s3:::photos\" | arn:aws:s3:::photos | false",
                "Null | aws:missing | true | - | true",
                "Null | aws:x | true | a | false",
                "Null | aws:x | false | a | true",
                "StringEquals | aws:x | \"${aws:username}\" | alice | true",
                "StringEquals | aws:x | \"${aws:username}\" | bob | false",
                "StringEquals | aws:x | \"${aws:missing, 'none'}\" | none | true",
            })
    void evaluatesConditions(
            String operator, String key, String value, String actual, boolean holds) {
        var authorizer = authorizer(policy(operator, key, value));

        assertEquals(holds, isAllowed(authorizer, ALICE, null, Map.of("aws:x", actual)));
    }

    @Test
    void variablesCannotSmuggleWildcards() {
        String own = allow("lambda:*", "arn:aws:lambda:*:*:function:${aws:x}", "");
        String star = allow("lambda:*", "arn:aws:lambda:*:*:function:ord${*}", "");

        assertFalse(isAllowed(authorizer(own), ALICE, null, Map.of("aws:x", "*")));
        assertTrue(isAllowed(authorizer(own), ALICE, null, Map.of("aws:x", "orders")));
        assertFalse(isAllowed(authorizer(own), ALICE, null, Map.of()));
        assertFalse(isAllowed(authorizer(star), ALICE, null, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "not json",
                "{\"Version\":\"2012-10-17\",\"Statement\":[]}",
                "{\"Version\":\"2013-01-01\",\"Statement\":[S]}",
                "{\"Version\":\"2012-10-17\",\"Statement\":[S],\"Extra\":1}",
                "{\"Statement\":[{\"Effect\":\"Maybe\",\"Action\":\"*\",\"Resource\":\"*\"}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":\"*\"}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\"}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[],\"Resource\":\"*\"}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"invoke\",\"Resource\":\"*\"}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"orders\"}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"NotAction\":\"*\",\"Resource\":\"*\"}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Principal\":\"*\"}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Conditions\":{}}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringSounds\":{\"aws:x\":\"a\"}}}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"NullIfExists\":{\"aws:x\":\"true\"}}}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"IpAddress\":{\"aws:x\":\"10.0.0.0/33\"}}}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"NumericEquals\":{\"aws:x\":\"ten\"}}}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"ArnLike\":{\"aws:x\":\"arn:aws:s3:*\"}}}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:x\":\"maybe\"}}}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"x\":\"a\"}}}]}",
                "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:x\":{}}}}]}",
            })
    void refusesWhatItDoesNotUnderstand(String document) {
        String whole =
                document.replace(
                        "S]", "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]");

        Fault fault = assertThrows(Fault.class, () -> PolicyParser.identityPolicy(whole));

        assertEquals("malformed-policy", fault.code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Federated\":\"x\"}",
                "{\"AWS\":\"arn:aws:iam::111122223333:role/r\"}",
                "{\"AWS\":\"arn:aws:iam::111122223333:user/*\"}",
                "{\"AWS\":[]}",
                "{}",
                "\"someone\"",
            })
    void refusesPrincipalsItDoesNotHave(String principal) {
        Fault fault =
                assertThrows(
                        Fault.class,
                        () -> PolicyParser.resourcePolicy(resource("Allow", principal)));

        assertEquals("malformed-policy", fault.code());
    }

    private static boolean isAllowed(
            Authorizer authorizer,
            Principal principal,
            @Nullable String resourcePolicy,
            Map<String, String> context) {
        try {
            authorizer.require(principal, INVOKE, FUNCTION, resourcePolicy, context);
            return true;
        } catch (Fault e) {
            assertEquals(Fault.Kind.DENIED, e.kind());
            return false;
        }
    }

    private static Authorizer authorizer(String statements) {
        Policy policy =
                statements.isEmpty()
                        ? Policy.NOTHING
                        : PolicyParser.identityPolicy(
                                "{\"Version\":\"2012-10-17\",\"Statement\":[" + statements + "]}");
        return new PolicyAuthorizer(user -> policy, new FixedClock("2026-11-24T07:00:00Z"));
    }

    private static String policy(String operator, String key, String value) {
        return allow(
                "*", "*", ",\"Condition\":{\"" + operator + "\":{\"" + key + "\":" + value + "}}");
    }

    private static String allow(String action, String resource, String more) {
        return "{\"Effect\":\"Allow\",\"Action\":\""
                + action
                + "\",\"Resource\":\""
                + resource
                + "\""
                + more
                + "}";
    }

    private static String resource(String effect, String principal) {
        return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\""
                + effect
                + "\",\"Principal\":"
                + principal
                + ",\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"*\"}]}";
    }

    private static Principal principal(String accountId, String suffix) {
        return new Principal(
                accountId, "AKIAAAAAAAAAAAAAAAAA", "arn:aws:iam::" + accountId + suffix, "AIDAX");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "*"                      | {}                                                    | true
                    {"AWS": "*"}             | {}                                                    | true
                    {"AWS": "111122223333"}  | {}                                                    | false
                    "*"  | {"IpAddress": {"aws:SourceIp": "10.1.0.0/16"}}                            | false
                    "*"  | {"IpAddress": {"aws:SourceIp": ["10.1.0.0/16", "0.0.0.0/0"]}}             | true
                    "*"  | {"NotIpAddress": {"aws:SourceIp": "10.1.0.0/16"}}                         | true
                    "*"  | {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}                | false
                    "*"  | {"StringEqualsIfExists": {"aws:PrincipalAccount": "111122223333"}}        | true
                    "*"  | {"StringLike": {"aws:PrincipalAccount": "1111*"}}                         | true
                    "*"  | {"StringEquals": {"aws:UserAgent": "known"}}                              | true
                    """)
    void aPolicyIsPublicWhereItNamesNoCallers(
            String principal, String condition, boolean expected) {
        String policy =
                """
                {"Version": "2012-10-17",
                 "Statement": [{"Effect": "Allow", "Principal": %s, "Action": "s3:GetObject",
                                "Resource": "*", "Condition": %s}]}
                """
                        .formatted(principal, condition);

        assertEquals(expected, ResourcePolicies.isPublic(policy));
    }
}
