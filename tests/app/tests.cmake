fedcctr_test(tst_data_command app/tst_data_command.cpp LIBS fedcctr_data ZLIB::ZLIB DEPENDS fedcctr)
fedcctr_test(tst_privacy_command app/tst_privacy_command.cpp LIBS fedcctr_base nlohmann_json::nlohmann_json
    DEPENDS fedcctr fedcctr-engine TIMEOUT 180)

add_executable(fake_engine fixtures/fake_engine.cpp)
target_link_libraries(fake_engine PRIVATE fedcctr_options nlohmann_json::nlohmann_json Threads::Threads)
fedcctr_test(tst_engineprocess app/tst_engineprocess.cpp LIBS fedcctr_studio DEPENDS fake_engine)
fedcctr_test(tst_trainpage app/tst_trainpage.cpp LIBS fedcctr_studio DEPENDS fake_engine TIMEOUT 120)
fedcctr_test(tst_report app/tst_report.cpp LIBS fedcctr_experiment Qt6::Gui DEPENDS fedcctr)
fedcctr_test(tst_engine app/tst_engine.cpp LIBS fedcctr_data ZLIB::ZLIB DEPENDS fedcctr-engine TIMEOUT 180 LABELS slow)
fedcctr_test(tst_audit_command app/tst_audit_command.cpp LIBS fedcctr_base nlohmann_json::nlohmann_json
    DEPENDS fedcctr fedcctr-engine TIMEOUT 240 LABELS slow)
fedcctr_test(tst_augment_command app/tst_augment_command.cpp LIBS fedcctr_llm scripted_server ZLIB::ZLIB
    DEPENDS fedcctr fedcctr-engine TIMEOUT 180)
fedcctr_test(tst_augmentpage app/tst_augmentpage.cpp LIBS fedcctr_studio fedcctr_llm scripted_server DEPENDS fake_engine
    TIMEOUT 180)
fedcctr_test(tst_sweep_command app/tst_sweep_command.cpp LIBS fedcctr_experiment DEPENDS fedcctr)
# Compares with fedcctr-engine where it has been built; of itself it needs no torch.
fedcctr_test(tst_parameter_count app/tst_parameter_count.cpp LIBS fedcctr_experiment fedcctr_augment fedcctr_data TIMEOUT 180)
fedcctr_test(tst_experimentpage app/tst_experimentpage.cpp LIBS fedcctr_studio fedcctr_experiment fedcctr_data DEPENDS fake_engine
    TIMEOUT 120)
