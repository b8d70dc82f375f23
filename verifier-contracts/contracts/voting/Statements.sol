// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {BabyJubjub} from "./BabyJubjub.sol";
import {IBallotBox} from "./interfaces/IBallotBox.sol";

/// @title Statements
/// @notice The hashes and foldings of the statement page (circuits/README.md), as the contracts compute them.
/// @dev Every hash is keccak256 of 32-byte big-endian words; `>> 8` makes it a field element.
library Statements {
    /// @notice tag("tabella.scope.v1")
    bytes32 internal constant SCOPE_TAG = keccak256("tabella.scope.v1");

    /// @notice tag("tabella.election.v1")
    bytes32 internal constant ELECTION_TAG = keccak256("tabella.election.v1");

    /// @notice tag("tabella.tally.v1")
    bytes32 internal constant TALLY_TAG = keccak256("tabella.tally.v1");

    /// @notice What a member's nullifier is made for.
    function scope(address box, address governor, uint256 proposalId, uint256 root) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(SCOPE_TAG, block.chainid, box, governor, proposalId, root))) >> 8;
    }

    /// @notice Names an election in the gamma of its ballots.
    function electionId(address box, uint256 proposalId) internal view returns (bytes32) {
        return keccak256(abi.encode(ELECTION_TAG, block.chainid, box, proposalId));
    }

    /// @notice Binds shares and tally to one election.
    function tallyContext(address committee, uint256 term, address box, uint256 proposalId)
        internal
        view
        returns (uint256)
    {
        return uint256(keccak256(abi.encode(TALLY_TAG, block.chainid, committee, term, box, proposalId))) >> 8;
    }

    /// @notice The point at which a ballot's words are folded. `h` is in the preimage: without it, gamma would be known
    /// before the circuit's words are chosen.
    function ballotGamma(bytes32 election, IBallotBox.Ballot calldata ballot) internal pure returns (uint256) {
        return
            uint256(keccak256(abi.encodePacked(election, ballot.h, uint256(uint160(ballot.binding)), ballot.words)))
                >> 8;
    }

    /// @notice The point at which a tally's words are folded.
    function tallyGamma(uint256 h, uint256[] memory words) internal pure returns (uint256) {
        return uint256(keccak256(abi.encodePacked(TALLY_TAG, h, words))) >> 8;
    }

    /// @notice What an auditor compares a ballot with: all of it, proof and binding too.
    function ballotDigest(IBallotBox.Ballot calldata ballot) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(uint256(uint160(ballot.binding)), ballot.h, ballot.proof, ballot.words));
    }

    /// @notice e = sum of gamma^i · word_i mod r, by Horner's rule from the last word.
    /// @dev Words must be below r: a word and the word + r give the same e.
    function fold(uint256 gamma, uint256[] memory words) internal pure returns (uint256 e) {
        uint256 r = BabyJubjub.R;
        assembly ("memory-safe") {
            for { let at := add(words, mul(mload(words), 0x20)) } gt(at, words) { at := sub(at, 0x20) } {
                e := addmod(mulmod(e, gamma, r), mload(at), r)
            }
        }
    }

    /// @notice Place of the first word that is not below r, or the number of words where all are.
    function firstOutside(uint256[] memory words) internal pure returns (uint256 place) {
        uint256 r = BabyJubjub.R;
        assembly ("memory-safe") {
            let n := mload(words)
            let at := add(words, 0x20)
            for {} lt(place, n) { place := add(place, 1) } {
                if iszero(lt(mload(at), r)) { break }
                at := add(at, 0x20)
            }
        }
    }
}
