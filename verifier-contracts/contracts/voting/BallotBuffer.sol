// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {BabyJubjub} from "./BabyJubjub.sol";
import {IElectionBox} from "./interfaces/IElectionBox.sol";

/// @title BallotBuffer
/// @notice One ballot in memory, laid out so that everything that is hashed, folded, logged or summed of it is a stretch of
/// this one buffer: nothing is copied twice, and a batch uses the buffer again for each ballot.
/// @dev Words: binding, h, the 8 of the proof, then the ballot's n: nullifier and ciphertext. The digest is the hash of all of
/// them. `seal` then writes over the proof what the other uses need before the words.
library BallotBuffer {
    /// @dev Words before the ballot's own: binding, h and the proof, as they stand in calldata.
    uint256 private constant HEAD = 10;

    /// @notice Room for ballots of n words.
    function make(uint256 n) internal pure returns (uint256[] memory buffer) {
        return new uint256[](HEAD + n);
    }

    /// @notice Copies a ballot into the buffer. Reverts unless it has n words, may come from this sender, and its nullifier is
    /// below r.
    /// @return nullifier the first word
    function read(uint256[] memory buffer, IElectionBox.Ballot calldata ballot)
        internal
        view
        returns (uint256 nullifier)
    {
        uint256[] calldata words = ballot.words;
        uint256 n = buffer.length - HEAD;
        if (words.length != n) revert IElectionBox.WrongNumberOfWords(n, words.length);
        uint256 binding;
        assembly ("memory-safe") {
            let at := add(buffer, 0x20)
            calldatacopy(at, ballot, 0x140)
            binding := mload(at)
            at := add(at, 0x140)
            calldatacopy(at, words.offset, mul(n, 0x20))
            nullifier := mload(at)
        }
        // The whole word is compared: one that is no address is nobody's.
        if (binding != 0 && binding != uint160(msg.sender)) {
            revert IElectionBox.BoundToAnother(address(uint160(binding)), msg.sender);
        }
        if (nullifier >= BabyJubjub.R) revert IElectionBox.WordNotInField(0, nullifier);
    }

    /// @notice The digest of the ballot that was read, and its public inputs. The proof is written over. Reverts unless every
    /// word is below r: a word and the word + r would fold to the same e.
    /// @param buffer what `read` filled
    /// @param election first word of gamma's preimage; h is the second: without it, gamma would be known before the circuit's
    /// words are chosen
    /// @return digest keccak256(binding, h, proof, words)
    /// @return h the hash of the words, as the ballot says
    /// @return gamma keccak256(election, h, binding, words) >> 8
    /// @return e sum of gamma^i · word_i mod r, by Horner's rule from the last word
    function seal(uint256[] memory buffer, bytes32 election)
        internal
        pure
        returns (bytes32 digest, uint256 h, uint256 gamma, uint256 e)
    {
        assembly ("memory-safe") {
            let first := add(buffer, 0x20)
            let end := add(first, mul(mload(buffer), 0x20))
            digest := keccak256(first, sub(end, first))
            h := mload(add(first, 0x20))
            // Election, h and binding take the last three places before the words.
            mstore(add(first, 0xe0), election)
            mstore(add(first, 0x100), h)
            mstore(add(first, 0x120), mload(first))
            gamma := shr(8, keccak256(add(first, 0xe0), sub(end, add(first, 0xe0))))
        }
        e = _fold(buffer, gamma);
    }

    /// @dev Two words at a time, a point's y and then its x; the nullifier, which is below r, is last.
    function _fold(uint256[] memory buffer, uint256 gamma) private pure returns (uint256 e) {
        uint256 r = BabyJubjub.R;
        bool inField;
        assembly ("memory-safe") {
            let good := 1
            let first := add(buffer, 0x160)
            for { let at := add(buffer, mul(mload(buffer), 0x20)) } gt(at, first) { at := sub(at, 0x40) } {
                let y := mload(at)
                let x := mload(sub(at, 0x20))
                good := and(good, and(lt(x, r), lt(y, r)))
                e := addmod(mulmod(addmod(mulmod(e, gamma, r), y, r), gamma, r), x, r)
            }
            e := addmod(mulmod(e, gamma, r), mload(first), r)
            inField := good
        }
        if (!inField) _refuse(buffer);
    }

    /// @notice The ciphertext of the ballot that was read, in its place: the number of its words takes the nullifier's.
    function ciphertext(uint256[] memory buffer) internal pure returns (uint256[] memory words) {
        assembly ("memory-safe") {
            words := add(buffer, 0x160)
            mstore(words, sub(mload(buffer), 11))
        }
    }

    /// @notice Emits `BallotCast`, whose data are two words before the ciphertext and the ciphertext, as `ciphertext` left it.
    function announce(uint256[] memory words, uint256 proposalId, uint256 nullifier, bytes32 digest) internal {
        bytes32 topic = IElectionBox.BallotCast.selector;
        assembly ("memory-safe") {
            let data := sub(words, 0x40)
            mstore(data, digest)
            // Where the list begins in the data.
            mstore(add(data, 0x20), 0x40)
            log3(data, add(0x60, mul(mload(words), 0x20)), topic, proposalId, nullifier)
        }
    }

    /// @dev Names the first word that is not below r.
    function _refuse(uint256[] memory buffer) private pure {
        for (uint256 i = HEAD; i < buffer.length; ++i) {
            if (buffer[i] >= BabyJubjub.R) revert IElectionBox.WordNotInField(i - HEAD, buffer[i]);
        }
    }
}
