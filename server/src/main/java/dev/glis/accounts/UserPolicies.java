package dev.glis.accounts;

/** Finds what users may do. */
interface UserPolicies {
    /** All of a user's policies as one; empty for one who has none or is gone. */
    Policy policyOf(Principal user);
}
