fedcctr_test(tst_arguments core/tst_arguments.cpp LIBS fedcctr_base ZLIB::ZLIB)
fedcctr_test(tst_files core/tst_files.cpp LIBS fedcctr_base ZLIB::ZLIB)
fedcctr_test(tst_random core/tst_random.cpp LIBS fedcctr_base)
fedcctr_test(tst_csv core/tst_csv.cpp LIBS fedcctr_data ZLIB::ZLIB)
fedcctr_test(tst_import core/tst_import.cpp LIBS fedcctr_data ZLIB::ZLIB)
fedcctr_test(tst_split core/tst_split.cpp LIBS fedcctr_data ZLIB::ZLIB)
fedcctr_test(tst_dataset core/tst_dataset.cpp LIBS fedcctr_data ZLIB::ZLIB)
fedcctr_test(tst_demo core/tst_demo.cpp LIBS fedcctr_data ZLIB::ZLIB)

# With torch: they share its precompiled header.
foreach(name cohort idst_cl)
    fedcctr_test(tst_${name} core/tst_${name}.cpp LIBS fedcctr_federated)
    fedcctr_torch_program(tst_${name})
endforeach()
