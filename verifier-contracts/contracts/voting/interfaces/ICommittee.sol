// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// @title ICommittee
/// @notice The trustees who open tallies, term by term, and the keys that ballots are sealed to.
interface ICommittee {
    /// @notice A term began: elections opened under it are sealed to its keys, for ever.
    /// @param term number of the term, from 1
    /// @param trustees their addresses, in the order of their indices
    /// @param threshold how many of them open a tally
    /// @param keys the trustees' keys, trustee by trustee, option by option
    event TermOpened(uint256 indexed term, address[] trustees, uint256 threshold, uint256[2][] keys);

    /// @notice This version has one trustee and a threshold of one.
    error UnsupportedThreshold(uint256 trustees, uint256 threshold);

    /// @notice There must be as many keys for each trustee, between 2 and 8, and as many eighths as keys.
    error WrongNumberOfKeys(uint256 trustees, uint256 keys, uint256 eighths);

    /// @notice A trustee's address is 0.
    error TrusteeZero(uint256 index);

    /// @notice A key is the neutral element: everybody could open what is sealed to it.
    error KeyIsIdentity(uint256 index);

    /// @notice A key is not 8 times its eighth, so it is not proven to be in the subgroup of prime order.
    error KeyNotInSubgroup(uint256 index);

    /// @notice Two keys are equal, so one randomness would show whether two options have the same votes.
    error KeysEqual(uint256 first, uint256 second);

    /// @notice There is no such term.
    error UnknownTerm(uint256 term);

    /// @notice There is no such trustee in the term.
    error UnknownTrustee(uint256 term, uint256 trustee);

    /// @notice Opens a new term.
    /// @param trustees addresses that may post shares
    /// @param threshold how many shares open a tally
    /// @param keys n * K points (x, y) on Baby Jubjub, trustee by trustee
    /// @param eighths for each key a point Z with 8 * Z = key
    /// @return term its number
    function openTerm(
        address[] calldata trustees,
        uint256 threshold,
        uint256[2][] calldata keys,
        uint256[2][] calldata eighths
    ) external returns (uint256 term);

    /// @notice Number of terms so far; the newest term has this number.
    function terms() external view returns (uint256);

    /// @notice The shape of a term.
    /// @return trustees their addresses
    /// @return threshold how many of them open a tally
    /// @return options keys per trustee
    function termInfo(uint256 term)
        external
        view
        returns (address[] memory trustees, uint256 threshold, uint256 options);

    /// @notice The address of one trustee.
    function trusteeOf(uint256 term, uint256 trustee) external view returns (address);

    /// @notice The keys of one trustee, one per option.
    function keys(uint256 term, uint256 trustee) external view returns (uint256[2][] memory);

    /// @notice The keys that ballots are sealed to, one per option.
    function electionKeys(uint256 term) external view returns (uint256[2][] memory);
}
