// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {BabyJubjub} from "./BabyJubjub.sol";

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

    /// @notice tag("tabella.poll.v1")
    bytes32 internal constant POLL_TAG = keccak256("tabella.poll.v1");

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

    /// @notice The id of a poll: no two polls have one, and none that of a proposal.
    function pollId(address box, uint256 nonce, bytes32 configuration) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(POLL_TAG, block.chainid, box, nonce, configuration)));
    }

    /// @notice The point at which a tally's words are folded.
    function tallyGamma(uint256 h, uint256[] memory words) internal pure returns (uint256) {
        return uint256(keccak256(abi.encodePacked(TALLY_TAG, h, words))) >> 8;
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
            let first := add(words, 0x20)
            let at := first
            for { let end := add(first, mul(mload(words), 0x20)) } lt(at, end) { at := add(at, 0x20) } {
                if iszero(lt(mload(at), r)) { break }
            }
            place := shr(5, sub(at, first))
        }
    }
}
