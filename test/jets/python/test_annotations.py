import unittest

from fastscore._annotations import Annotations


class AnnotationsTest(unittest.TestCase):
    def test_the_last_line_for_a_slot_counts(self):
        found = Annotations('# fastscore.recordsets.$all: yes\n# fastscore.recordsets.1: no\n')
        self.assertTrue(found.takes_sets(0))
        self.assertFalse(found.takes_sets(1))
        self.assertTrue(found.takes_sets(3))
        self.assertIn(2, found.set_slots())

    def test_older_models_name_sides(self):
        found = Annotations('# odg.recordsets: input\n')
        self.assertEqual([found.takes_sets(slot) for slot in (0, 1, 2)], [True, False, False])

    def test_a_model_without_action_is_explicit(self):
        self.assertTrue(Annotations('  ## fastscore.action : unused\n').is_explicit(0))
        self.assertFalse(Annotations('# fastscore.action: none\n# fastscore.action.0: f\n').is_explicit(0))
        self.assertFalse(Annotations('x = 1 # fastscore.action: none\n').is_explicit(0))


if __name__ == '__main__':
    unittest.main()
